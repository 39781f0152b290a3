package dev.twincast.feed;

import dev.twincast.anycast.AnycastClient;
import dev.twincast.anycast.Endpoint;
import dev.twincast.feed.machine.InTurn;
import dev.twincast.feed.machine.LostReason;
import dev.twincast.feed.machine.RecorderChoice;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The recorders that a party may ask, by their names. */
final class Recorders implements RecorderChoice {
  /** A request is small; its answer is not sent by who asks. */
  static final int REQUEST_BYTES = 100;

  private final InTurn known;

  Recorders(List<Endpoint> endpoints, RandomGenerator random) throws IOException {
    known = new InTurn(Addresses.of(endpoints), random);
  }

  @Override
  public List<InetSocketAddress> recorders() {
    return known.recorders();
  }

  @Override
  public @Nullable InetSocketAddress choose(
      long now, @Nullable InetSocketAddress last, Predicate<InetSocketAddress> mayHave) {
    return known.choose(now, last, mayHave);
  }

  @Override
  public void timedOut(long now, InetSocketAddress recorder) {
    known.timedOut(now, recorder);
  }

  /** Connects to the publisher, which is the recorder of those who know no other. */
  static Socket connect(Optional<InetSocketAddress> publisher) throws IOException {
    if (publisher.isEmpty()) {
      throw new ConnectException("no publisher was heard yet, and no recorder is known");
    }
    try (var client = AnycastClient.builder(Addresses.endpoint(publisher.get())).open()) {
      return client.connect();
    }
  }

  static String text(LostReason reason) {
    return switch (reason) {
      case NOT_KEPT -> "no recorder keeps it";
      case UNREACHABLE -> "no recorder that might keep it answers";
    };
  }
}
