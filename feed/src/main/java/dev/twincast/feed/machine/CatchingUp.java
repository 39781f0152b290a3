package dev.twincast.feed.machine;

import java.util.ArrayList;
import java.util.List;

/**
 * Subscribers that fell behind just now, and are replayed what they missed. When what one needs is
 * of the older half of what is kept, and it comes no nearer to what is sent, the pace is too much:
 * that would be forgotten.
 *
 * <p>That counts for two seconds only, and not while it takes nothing: who is slow for another
 * reason, as for a handler that waits, holds nobody else up for long.
 */
final class CatchingUp {
  private static final int MAX_REPLAYS = 64;
  private static final long COUNTS_NANOS = 2_000_000_000;

  private static final class Replay {
    final ReplayServer server;
    final long beganAt;
    long next;
    long behind;

    Replay(ReplayServer server, long beganAt, long behind) {
      this.server = server;
      this.beganAt = beganAt;
      this.next = server.next();
      this.behind = behind;
    }
  }

  private final Recent recent;
  private final List<Replay> replays = new ArrayList<>();

  CatchingUp(Recent recent) {
    this.recent = recent;
  }

  /** Takes note of a replay that begins, if it is of what was sent just now. */
  void begins(long now, ReplayServer server, long wanted, long sent) {
    if (wanted >= recent.from() && wanted < sent && replays.size() < MAX_REPLAYS) {
      replays.add(new Replay(server, now, sent - server.next()));
    }
  }

  /**
   * Ends an interval of the pace.
   *
   * @param kept the first number that is kept
   * @return whether somebody who must did not come nearer in it
   */
  boolean endInterval(long now, long kept, long sent) {
    replays.removeIf(replay -> replay.server.isClosed() || now - replay.beganAt > COUNTS_NANOS);
    boolean isAnyFalling = false;
    for (Replay replay : replays) {
      long next = replay.server.next();
      long behind = sent - next;
      boolean isNearer = behind < replay.behind;
      isAnyFalling |= next > replay.next && !isNearer && behind > (sent - kept) / 2;
      replay.next = next;
      replay.behind = behind;
    }
    return isAnyFalling;
  }
}
