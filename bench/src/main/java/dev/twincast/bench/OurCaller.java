package dev.twincast.bench;

import dev.twincast.anycast.AnycastClient;
import dev.twincast.anycast.Endpoint;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** Our client, which all workers share. */
final class OurCaller {
  private static final Duration HEDGE_DELAY = Duration.ofMillis(30);

  private OurCaller() {}

  /**
   * @param mode {@code plain}: with all defaults; {@code fresh}: with a connection per request;
   *     {@code single}: never two copies at a time; {@code hedge}: a second one after 30 ms
   */
  static AnycastClient client(String mode, List<InetSocketAddress> addresses, int timeoutMillis) {
    var builder =
        AnycastClient.builder(
                addresses.stream()
                    .map(address -> new Endpoint(address.getHostString(), address.getPort()))
                    .toList())
            .timeout(Duration.ofMillis(timeoutMillis));
    return switch (mode) {
      case "single" -> builder.withoutHedging().open();
      case "hedge" -> builder.hedgeAfter(HEDGE_DELAY).open();
      default -> builder.open();
    };
  }

  static Caller of(AnycastClient client, String mode) {
    return mode.equals("fresh")
        ? request -> client.call(socket -> NaiveCaller.exchange(socket, request))
        : client::callIdempotent;
  }
}
