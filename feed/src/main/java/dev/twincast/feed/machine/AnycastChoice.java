package dev.twincast.feed.machine;

import dev.twincast.anycast.Policy;
import dev.twincast.anycast.policy.Replicas;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Any recorder, by an anycast policy, as {@link Replicas} knows them. One that leaves three
 * requests in a row unanswered is ejected, half of all at most; after a cool-down, which doubles,
 * the next request that it may answer goes to it, and an answer brings it back.
 */
public final class AnycastChoice implements RecorderChoice {
  private final Policy policy;
  private final Replicas<InetSocketAddress> replicas;
  private List<InetSocketAddress> recorders = List.of();

  /**
   * Of nobody yet.
   *
   * @param policy {@link Policy.LeastLoaded} takes of two the one that answers sooner: how many
   *     requests others have made of them is not known
   * @param text an address in words that all subscribers agree on, for {@link Policy.Hash}
   */
  public AnycastChoice(
      Policy policy, Function<InetSocketAddress, String> text, RandomGenerator random) {
    this.policy = policy;
    replicas = new Replicas<>(random, text);
  }

  /**
   * These are the recorders now. One that was known before is asked when none of these answers, and
   * is forgotten when it does not answer either.
   */
  public void onNames(long now, Collection<InetSocketAddress> current) {
    replicas.onNames(now, current);
    refresh();
  }

  private void refresh() {
    recorders = replicas.snapshot().stream().map(Replicas.Snapshot::address).toList();
  }

  @Override
  public List<InetSocketAddress> recorders() {
    return recorders;
  }

  @Override
  public @Nullable InetSocketAddress choose(
      long now, @Nullable InetSocketAddress last, Predicate<InetSocketAddress> mayHave) {
    InetSocketAddress cooledDown = replicas.pollProbe(now).orElse(null);
    if (cooledDown != null) {
      if (mayHave.test(cooledDown) && !cooledDown.equals(last)) {
        return cooledDown;
      }
      replicas.onProbeFailed(now, cooledDown);
    }
    Set<InetSocketAddress> useless = new HashSet<>();
    for (InetSocketAddress recorder : recorders) {
      if (!mayHave.test(recorder)) {
        useless.add(recorder);
      }
    }
    Set<InetSocketAddress> tried = new HashSet<>(useless);
    if (last != null) {
      tried.add(last);
    }
    // The same once more rather than one that is known not to answer: a datagram may be lost.
    return replicas
        .choose(now, policy, tried, false)
        .or(() -> replicas.choose(now, policy, useless, false))
        .or(() -> replicas.choose(now, policy, tried, true))
        .or(() -> replicas.choose(now, policy, useless, true))
        .orElse(null);
  }

  @Override
  public void answered(long now, InetSocketAddress recorder, long nanos) {
    replicas.onProbeAnswered(now, recorder);
    replicas.onAnswer(now, recorder, nanos);
  }

  @Override
  public void timedOut(long now, InetSocketAddress recorder, long askedAt) {
    replicas.onProbeFailed(now, recorder);
    replicas.onOverdue(now, recorder, askedAt);
    if (replicas.pollSilent().isPresent()) {
      refresh();
    }
  }

  /** How often a recorder was ejected. */
  public long ejections() {
    return replicas.ejections();
  }
}
