package dev.twincast.feed;

/**
 * What a publisher has done since it was opened.
 *
 * @param messages published and sent; numbers of an earlier run in the same journal count too
 * @param acknowledged by as many recorders as wanted; 0 without acks
 * @param recorders that have acknowledged anything
 * @param complete receivers that have everything of a session that was ended; counted up to {@link
 *     Publisher.Builder#receivers}
 * @param requests for messages again that came by datagram
 * @param repaired messages sent in answer to these
 * @param replays connections that asked for past messages
 * @param datagrams sent to the group, with heartbeats
 * @param bytes of these
 * @param sendFailures datagrams that could not be sent
 */
public record PublisherStatistics(
    long messages,
    long acknowledged,
    int recorders,
    int complete,
    long requests,
    long repaired,
    long replays,
    long datagrams,
    long bytes,
    long sendFailures) {}
