package dev.twincast.multicast.member;

import java.util.Optional;

/**
 * Decides when a receiver has to join its groups again: when nothing was heard for long, which
 * cures a switch that forgot its members since their querier has gone; and when its interface has
 * come back, whose memberships may have gone with it.
 *
 * <p>Instants are nanoseconds of any monotonic clock. Not thread-safe.
 */
public final class MembershipWatch {
  /** A silence that never is too long. */
  public static final long NEVER = Long.MAX_VALUE;

  private final long silenceNanos;
  private long quietSince;
  private InterfaceState joinedOn;
  private InterfaceState seen;

  /**
   * A watch that begins now.
   *
   * @param silenceNanos how long nothing may be heard; {@link #NEVER} to leave silence alone
   * @param joinedOn the interface when the groups were joined; {@link InterfaceState#ABSENT} if it
   *     is awaited and none is joined yet
   */
  public MembershipWatch(long now, long silenceNanos, InterfaceState joinedOn) {
    this.silenceNanos = silenceNanos;
    this.quietSince = now;
    this.joinedOn = joinedOn;
    this.seen = joinedOn;
  }

  /** Something was heard. */
  public void onDatagram(long now) {
    quietSince = now;
  }

  /**
   * Looks again.
   *
   * @param state the interface as it is now
   * @return why the groups have to be joined again now, or empty
   */
  public Optional<String> onTick(long now, InterfaceState state) {
    InterfaceState before = seen;
    seen = state;
    if (!state.isUsable()) {
      return Optional.empty(); // nothing can be joined; it is seen when it is back
    }
    Optional<String> change = change(before, state);
    if (change.isEmpty() && silenceNanos != NEVER && now - quietSince >= silenceNanos) {
      change = Optional.of("nothing heard for " + (now - quietSince) / 1_000_000_000 + " s");
    }
    if (change.isPresent()) {
      joinedOn = state;
      quietSince = now;
    }
    return change;
  }

  /** The groups could not be joined after all: the next tick says so again. */
  public void onFailure() {
    seen = InterfaceState.ABSENT;
  }

  private Optional<String> change(InterfaceState before, InterfaceState now) {
    if (joinedOn.equals(InterfaceState.ABSENT)) {
      return Optional.of("the interface is there");
    }
    return before.isUsable() ? joinedOn.changeTo(now) : Optional.of("the interface is back");
  }
}
