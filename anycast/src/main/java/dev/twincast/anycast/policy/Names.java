package dev.twincast.anycast.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Which names are looked up when, and the addresses they stand for now.
 *
 * <pre>
 *   in use          a name is looked up again when its answer is half a second old
 *   a call failed   at once; every 10 ms at most
 *   no answer       what is known stays
 * </pre>
 *
 * <p>Instants are nanoseconds of any monotonic clock. Not thread-safe.
 *
 * @param <N> a name
 * @param <A> an address
 */
public final class Names<N, A> {

  /** Older answers are not used if a newer one can be had within {@link #PATIENCE_NANOS}. */
  static final long FRESH_NANOS = 1_000_000_000;

  /** Renewed this early, a name in steady use is never found stale, and nobody waits for it. */
  static final long RENEW_NANOS = FRESH_NANOS / 2;

  /** A thousand failing callers need only one look-up. */
  static final long RENEW_AFTER_FAILURE_NANOS = 10_000_000;

  /** How long a look-up may delay callers that could do with what is known. */
  static final long PATIENCE_NANOS = 50_000_000;

  private final List<Name<N, A>> names = new ArrayList<>();

  /**
   * Names and literals; the same one twice counts once.
   *
   * @param literal the address of a name that is one itself, and is never looked up
   */
  public Names(List<N> names, Function<N, Optional<A>> literal) {
    for (N name : new LinkedHashSet<>(names)) {
      this.names.add(new Name<>(name, literal.apply(name)));
    }
  }

  /**
   * A call uses the names. Those returned are to be looked up now, and count as being looked up
   * until {@link #onAnswer} or {@link #onFailure}.
   */
  public List<N> use(long now) {
    return due(now, RENEW_NANOS);
  }

  /** A call failed on some address: perhaps the names have others by now. As {@link #use}. */
  public List<N> renew(long now) {
    return due(now, RENEW_AFTER_FAILURE_NANOS);
  }

  private List<N> due(long now, long ageNanos) {
    List<N> due = List.of();
    for (Name<N, A> name : names) {
      if (name.isDue(now, ageNanos)) {
        name.lookingUp = true;
        name.lookupStart = now;
        due = due.isEmpty() ? new ArrayList<>() : due;
        due.add(name.name);
      }
    }
    return due;
  }

  /** The look-up found these addresses; none is as good as a failure. */
  public void onAnswer(N name, List<A> addresses) {
    Name<N, A> state = find(name);
    if (!addresses.isEmpty()) {
      state.addresses = List.copyOf(addresses);
    }
    state.finish();
  }

  /** The look-up failed. */
  public void onFailure(N name) {
    find(name).finish();
  }

  /** All addresses, in the order of names and answers. */
  public Set<A> addresses() {
    var addresses = new LinkedHashSet<A>();
    names.forEach(name -> addresses.addAll(name.addresses));
    return addresses;
  }

  /** How long a call should wait for the look-ups in progress; 0: not at all. */
  public long patienceNanos(long now) {
    boolean nothingKnown = true;
    for (Name<N, A> name : names) {
      nothingKnown &= name.addresses.isEmpty();
    }
    long longest = 0;
    for (Name<N, A> name : names) {
      if (name.lookingUp && !name.isFresh(now)) {
        long patience = nothingKnown ? Long.MAX_VALUE : name.lookupStart + PATIENCE_NANOS - now;
        longest = Math.max(longest, patience);
      }
    }
    return longest;
  }

  /** Names that have no address. */
  public List<N> withoutAddress() {
    return names.stream().filter(name -> name.addresses.isEmpty()).map(name -> name.name).toList();
  }

  private Name<N, A> find(N wanted) {
    return names.stream().filter(name -> name.name.equals(wanted)).findFirst().orElseThrow();
  }

  /** What is known of one name. */
  private static final class Name<N, A> {
    final N name;
    final boolean literal;
    List<A> addresses;
    boolean lookingUp;
    boolean everLookedUp;
    long lookupStart;

    /** When the last finished look-up was started. */
    long asOf;

    Name(N name, Optional<A> literal) {
      this.name = name;
      this.literal = literal.isPresent();
      this.addresses = literal.stream().toList();
    }

    boolean isFresh(long now) {
      return literal || (everLookedUp && now - asOf <= FRESH_NANOS);
    }

    boolean isDue(long now, long ageNanos) {
      return !literal && !lookingUp && (!everLookedUp || now - asOf >= ageNanos);
    }

    void finish() {
      lookingUp = false;
      everLookedUp = true;
      asOf = lookupStart;
    }
  }
}
