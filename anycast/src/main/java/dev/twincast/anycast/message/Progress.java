package dev.twincast.anycast.message;

/** Whether something that has begun goes on fast enough. */
final class Progress {
  private boolean watching;
  private long since;
  private long bytesThen;

  /** Begins or ends to watch; a period with enough progress begins the next. */
  void watch(long now, boolean unfinished, long bytes) {
    if (!unfinished) {
      watching = false;
    } else if (!watching || bytes - bytesThen >= Limits.SLOW_BYTES) {
      watching = true;
      since = now;
      bytesThen = bytes;
    }
  }

  /** It is over, and what is watched next, if anything, is another. */
  void restart() {
    watching = false;
  }

  boolean isSlow(long now, long bytes, long slowNanos) {
    return watching && now - since >= slowNanos && bytes - bytesThen < Limits.SLOW_BYTES;
  }
}
