package dev.twincast.feed.machine;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Stays with one recorder while it answers, and goes on to the next when it does not. The first is
 * chosen at random, so that many subscribers spread over the recorders.
 */
public final class InTurn implements RecorderChoice {
  private final List<InetSocketAddress> recorders;
  private int current;

  public InTurn(List<InetSocketAddress> recorders, RandomGenerator random) {
    this.recorders = List.copyOf(recorders);
    current = recorders.isEmpty() ? 0 : random.nextInt(recorders.size());
  }

  @Override
  public List<InetSocketAddress> recorders() {
    return recorders;
  }

  @Override
  public @Nullable InetSocketAddress choose(
      long now, @Nullable InetSocketAddress last, Predicate<InetSocketAddress> mayHave) {
    InetSocketAddress fallback = null;
    for (int i = 0; i < recorders.size(); i++) {
      InetSocketAddress recorder = recorders.get((current + i) % recorders.size());
      if (mayHave.test(recorder)) {
        if (!recorder.equals(last)) {
          return recorder;
        }
        fallback = recorder;
      }
    }
    return fallback;
  }

  @Override
  public void timedOut(long now, InetSocketAddress recorder) {
    if (!recorders.isEmpty() && recorders.get(current).equals(recorder)) {
      current = (current + 1) % recorders.size();
    }
  }
}
