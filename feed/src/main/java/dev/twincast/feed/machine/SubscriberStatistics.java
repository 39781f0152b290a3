package dev.twincast.feed.machine;

/**
 * What a subscriber has seen, since the start.
 *
 * @param live messages that came live
 * @param repaired messages that came in answer to requests
 * @param replayed messages that came by replay
 * @param duplicates messages that were here already
 * @param lost messages told as lost
 * @param overrun messages that found no room, because earlier ones were missing or not fetched
 * @param broken datagrams that were no packets
 * @param ignored packets of other sessions and other publishers, and answers not asked for
 * @param requests request packets made
 * @param timeouts requests that were not answered in time
 */
public record SubscriberStatistics(
    long live,
    long repaired,
    long replayed,
    long duplicates,
    long lost,
    long overrun,
    long broken,
    long ignored,
    long requests,
    long timeouts) {}
