package dev.twincast.anycast.policy;

import dev.twincast.anycast.Policy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a client has learned about each replica, and which it chooses.
 *
 * <pre>
 *            refused, broken                      no answer to three calls, or for a second
 *   DOWN &lt;------------------- GOOD ------------------------------------------&gt; EJECTED
 *     |                        ^                  (half of all at most)              |
 *     +--- a probe answers ----+------------- a probe answers ----------------------+
 * </pre>
 *
 * <p>Whoever is not good gets no user's call while somebody good is left to try, but probes in the
 * background, after a cool-down that doubles and is jittered. A replica that the names no longer
 * tell of is <em>former</em>: it is used when no current one is good, and forgotten at its first
 * failure.
 *
 * <p>Instants are nanoseconds of any monotonic clock. Not thread-safe.
 *
 * @param <A> an address; equal addresses are the same replica
 */
public final class Replicas<A> {

  /** The standing of a replica. */
  public enum State {
    /** Gets calls. */
    GOOD,
    /** Cannot be connected to, or broke connections: nobody is there. */
    DOWN,
    /** Accepts connections and does not answer. */
    EJECTED
  }

  /** Silence for so long ejects; longer where four times the usual latency is longer. */
  static final long SILENCE_NANOS = 1_000_000_000;

  static final int MOST_OVERDUE = 3;
  static final int MOST_FORMER = 64;

  private final RandomGenerator random;
  private final Function<A, String> text;
  private final Map<A, Replica<A>> all = new LinkedHashMap<>();
  private List<Replica<A>> preferred = List.of(); // current and good
  private final Deque<A> silent = new ArrayDeque<>();
  private int ejected;
  private long ejections;
  private int turn;

  /**
   * Of nobody yet.
   *
   * @param text an address in words that all clients agree on, for {@link Policy.Hash}
   */
  public Replicas(RandomGenerator random, Function<A, String> text) {
    this.random = random;
    this.text = text;
    this.turn = random.nextInt(); // else all clients would begin with the same replica
  }

  /** The names stand for these addresses now. */
  public void onNames(long now, Collection<A> current) {
    all.values().forEach(replica -> replica.current = false);
    for (A address : current) {
      all.computeIfAbsent(address, a -> new Replica<>(a, Rendezvous.hash(text.apply(a)), now))
              .current =
          true;
    }
    forgetUselessFormer(now);
    refresh();
  }

  /**
   * The replica for a call, empty if none is left.
   *
   * @param tried passed over
   * @param lastResort also one that is not good, when all good ones have been tried
   */
  public Optional<A> choose(long now, Policy policy, Set<A> tried, boolean lastResort) {
    List<Replica<A>> candidates = candidates(tried, lastResort);
    return candidates.isEmpty()
        ? Optional.empty()
        : Optional.of(pick(now, policy, candidates).address);
  }

  /** How many replicas are not among those tried. */
  public int countUntried(Set<A> tried) {
    int count = 0;
    for (A address : all.keySet()) {
      count += tried.contains(address) ? 0 : 1;
    }
    return count;
  }

  /** A call is handed to the replica. */
  public void onSent(A address) {
    Replica<A> replica = all.get(address);
    if (replica != null) {
      replica.inFlight++;
      replica.calls++;
    }
  }

  /** It answered a call, after this time: it is good, whatever was thought of it. */
  public void onAnswer(long now, A address, long latencyNanos) {
    Replica<A> replica = all.get(address);
    if (replica == null) {
      return;
    }
    replica.answered(now, latencyNanos);
    if (replica.state != State.GOOD) {
      moveTo(State.GOOD, replica, now);
    }
  }

  /** A call ended without an answer; whose fault it was is told apart from this. */
  public void onUnanswered(A address) {
    Replica<A> replica = all.get(address);
    if (replica != null) {
      replica.end();
      replica.failed++;
    }
  }

  /** A call was taken back before it was written. */
  public void onWithdrawn(A address) {
    Replica<A> replica = all.get(address);
    if (replica != null) {
      replica.end();
      replica.calls--;
    }
  }

  /** It refused a connection, broke one while it owed an answer, or goes away. */
  public void onDown(long now, A address) {
    Replica<A> replica = all.get(address);
    if (replica == null || replica.state == State.DOWN) {
      return;
    }
    if (!replica.current) {
      forget(replica, now);
      return;
    }
    moveTo(State.DOWN, replica, now);
  }

  /**
   * A call has no answer for longer than usual. If nothing was heard of the replica since it was
   * sent, it counts.
   */
  public void onOverdue(long now, A address, long sentAt) {
    Replica<A> replica = all.get(address);
    if (replica == null || replica.state != State.GOOD || replica.wasHeardSince(sentAt)) {
      return;
    }
    replica.overdue++;
    long silence = Math.max(SILENCE_NANOS, 4 * replica.latencyNanos);
    if (replica.overdue < MOST_OVERDUE && now - sentAt < silence) {
      return;
    }
    if (!replica.current && all.size() > 1) {
      forget(replica, now);
    } else if (2 * (ejected + 1) <= all.size()) {
      ejections++;
      moveTo(State.EJECTED, replica, now);
    } else {
      return;
    }
    silent.add(address);
  }

  /** True if the replica fell silent since then: whoever waits for it should try another. */
  public boolean wasGivenUp(A address, long since) {
    Replica<A> replica = all.get(address);
    return replica == null || (replica.state == State.EJECTED && replica.stateSince - since >= 0);
  }

  /** A replica that has fallen silent: those who wait for it are to be told. */
  public Optional<A> pollSilent() {
    return Optional.ofNullable(silent.poll());
  }

  /** Whether {@link #pollSilent} has one. */
  public boolean hasSilent() {
    return !silent.isEmpty();
  }

  /** How often a replica was ejected. */
  public long ejections() {
    return ejections;
  }

  /** Whose standing is to be looked at now: connect to it, and if possible have it answer. */
  public Optional<A> pollProbe(long now) {
    for (Replica<A> replica : all.values()) {
      if (replica.state != State.GOOD && !replica.probing && replica.probeAt - now <= 0) {
        replica.probing = true;
        return Optional.of(replica.address);
      }
    }
    return Optional.empty();
  }

  /** When {@link #pollProbe} has something next, in nanoseconds from now; MAX_VALUE: never. */
  public long nextProbeNanos(long now) {
    long next = Long.MAX_VALUE;
    for (Replica<A> replica : all.values()) {
      if (replica.state != State.GOOD && !replica.probing) {
        next = Math.min(next, Math.max(0, replica.probeAt - now));
      }
    }
    return next;
  }

  /** The probe was answered. */
  public void onProbeAnswered(long now, A address) {
    Replica<A> replica = all.get(address);
    if (replica != null) {
      replica.probing = false;
      if (replica.state != State.GOOD) {
        replica.heard(now);
        moveTo(State.GOOD, replica, now);
      }
    }
  }

  /** The probe failed, or was not answered in time. */
  public void onProbeFailed(long now, A address) {
    Replica<A> replica = all.get(address);
    if (replica != null) {
      replica.probing = false;
      if (replica.state != State.GOOD) {
        replica.strike(now, random);
      }
    }
  }

  /** What is known of each replica. */
  public List<Snapshot<A>> snapshot() {
    return all.values().stream().map(Replica::snapshot).toList();
  }

  /** True when there is nobody to choose. */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /**
   * A replica at one moment.
   *
   * @param current whether the names tell of it
   * @param calls copies of calls handed to it
   * @param latencyNanos a moving average, 0 before the first answer
   */
  public record Snapshot<A>(
      A address,
      State state,
      boolean current,
      int inFlight,
      long calls,
      long answered,
      long failed,
      long latencyNanos) {}

  private List<Replica<A>> candidates(Set<A> tried, boolean lastResort) {
    if (tried.isEmpty() && !preferred.isEmpty()) {
      return preferred;
    }
    List<Replica<A>> found = new ArrayList<>();
    int lastRank = lastResort ? Replica.BAD : Replica.FORMER;
    for (int rank = Replica.PREFERRED; rank <= lastRank && found.isEmpty(); rank++) {
      for (Replica<A> replica : all.values()) {
        if (replica.rank() == rank && !tried.contains(replica.address)) {
          found.add(replica);
        }
      }
    }
    return found;
  }

  private Replica<A> pick(long now, Policy policy, List<Replica<A>> candidates) {
    int n = candidates.size();
    if (n == 1) {
      return candidates.getFirst();
    }
    return switch (policy) {
      case Policy.Random() -> candidates.get(random.nextInt(n));
      case Policy.RoundRobin() -> candidates.get(Math.floorMod(turn++, n));
      case Policy.LeastLoaded() -> leastLoadedOfTwo(now, candidates);
      case Policy.Hash(String key) -> highestScore(Rendezvous.hash(key), candidates);
    };
  }

  private Replica<A> leastLoadedOfTwo(long now, List<Replica<A>> candidates) {
    int first = random.nextInt(candidates.size());
    int second = random.nextInt(candidates.size() - 1);
    Replica<A> one = candidates.get(first);
    Replica<A> other = candidates.get(second < first ? second : second + 1);
    return one.load(now) <= other.load(now) ? one : other;
  }

  private static <A> Replica<A> highestScore(long key, List<Replica<A>> candidates) {
    Replica<A> best = candidates.getFirst();
    for (Replica<A> replica : candidates) {
      long score = Rendezvous.score(replica.hash, key);
      if (Long.compareUnsigned(score, Rendezvous.score(best.hash, key)) > 0) {
        best = replica;
      }
    }
    return best;
  }

  private void moveTo(State state, Replica<A> replica, long now) {
    ejected += (state == State.EJECTED ? 1 : 0) - (replica.state == State.EJECTED ? 1 : 0);
    replica.moveTo(state, now, random);
    refresh();
  }

  private void forget(Replica<A> replica, long now) {
    ejected -= replica.state == State.EJECTED ? 1 : 0;
    all.remove(replica.address);
    while (ejected > all.size() / 2) {
      release(now);
    }
    refresh();
  }

  private void refresh() {
    preferred = all.values().stream().filter(r -> r.rank() == Replica.PREFERRED).toList();
  }

  /** Former replicas that do not work, and the oldest of too many. */
  private void forgetUselessFormer(long now) {
    List<Replica<A>> former = all.values().stream().filter(r -> !r.current).toList();
    int toDrop = Math.max(0, former.size() - MOST_FORMER);
    for (int i = 0; i < former.size(); i++) {
      if (i < toDrop || former.get(i).state != State.GOOD) {
        forget(former.get(i), now);
      }
    }
  }

  /** Fewer replicas than before may mean that too many are ejected: the longest ejected returns. */
  private void release(long now) {
    @Nullable Replica<A> longest = null;
    for (Replica<A> replica : all.values()) {
      if (replica.state == State.EJECTED
          && (longest == null || replica.stateSince - longest.stateSince < 0)) {
        longest = replica;
      }
    }
    if (longest != null) {
      moveTo(State.GOOD, longest, now);
    }
  }
}
