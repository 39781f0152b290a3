package dev.twincast.anycast;

/**
 * What a server has done since it was opened.
 *
 * @param accepted connections that were served
 * @param refused connections closed at once because the limit was reached
 * @param answered messages answered; 0 for a {@link Service}, which does not tell
 * @param idleClosed connections cut because nothing moved for the idle time
 * @param slowReaders connections cut because the client did not take its replies
 * @param slowWriters connections cut because the client did not finish a frame it had begun
 * @param illegalFrames connections closed because of a length that is not allowed
 * @param overloaded connections cut because the bytes in flight of all reached their limit
 * @param failed connections whose service ended with an exception
 * @param open connections open now
 */
public record ServerStatistics(
    long accepted,
    long refused,
    long answered,
    long idleClosed,
    long slowReaders,
    long slowWriters,
    long illegalFrames,
    long overloaded,
    long failed,
    int open) {}
