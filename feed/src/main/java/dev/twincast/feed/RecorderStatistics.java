package dev.twincast.feed;

/**
 * What a recorder has done since it was opened.
 *
 * @param sessions recorded
 * @param messages kept now, of all sessions
 * @param bytes that these take, on disk or in memory
 * @param requests for messages that came by datagram
 * @param repaired messages sent in answer to these
 * @param refused requests dropped because askers asked for too much
 * @param replays connections that asked for past messages
 * @param replayed messages sent by these
 * @param lost messages that nobody kept
 * @param healed messages that damage had taken out of the journal, and others gave back
 * @param kernelDrops datagrams that the kernel threw away; -1: not known
 * @param simulatedDrops datagrams thrown away on purpose
 */
public record RecorderStatistics(
    int sessions,
    long messages,
    long bytes,
    long requests,
    long repaired,
    long refused,
    long replays,
    long replayed,
    long lost,
    long healed,
    long kernelDrops,
    long simulatedDrops) {}
