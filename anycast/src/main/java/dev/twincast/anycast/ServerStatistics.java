package dev.twincast.anycast;

/**
 * What a server has done since it was opened.
 *
 * @param accepted connections handed to the service
 * @param refused connections closed at once because the limit was reached
 * @param idleClosed connections cut because nothing moved for the idle time
 * @param failed connections whose service ended with an exception
 * @param open connections open now
 */
public record ServerStatistics(
    long accepted, long refused, long idleClosed, long failed, int open) {}
