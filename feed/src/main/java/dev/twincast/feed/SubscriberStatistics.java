package dev.twincast.feed;

/**
 * What a subscriber has seen since it was opened.
 *
 * @param live messages that came by multicast
 * @param repaired messages that came in answer to requests
 * @param replayed messages that came by replay
 * @param lost messages told as lost
 * @param duplicates messages that were here already
 * @param requests sent to recorders
 * @param timeouts requests that were not answered in time
 * @param broken datagrams that were no packets
 * @param ignored packets of other sessions, other publishers, and answers not asked for
 * @param kernelDrops datagrams that the kernel threw away, mostly because the receive buffer was
 *     full; -1: not known
 * @param simulatedDrops datagrams thrown away on purpose
 * @param handlerFailures exceptions of the handler
 */
public record SubscriberStatistics(
    long live,
    long repaired,
    long replayed,
    long lost,
    long duplicates,
    long requests,
    long timeouts,
    long broken,
    long ignored,
    long kernelDrops,
    long simulatedDrops,
    long handlerFailures) {}
