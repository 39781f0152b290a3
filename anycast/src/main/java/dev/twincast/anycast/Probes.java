package dev.twincast.anycast;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.twincast.anycast.net.announce.CommandProbe;
import dev.twincast.anycast.net.announce.Exchange;
import dev.twincast.anycast.net.announce.Prefix;
import dev.twincast.anycast.net.announce.Probe;
import dev.twincast.anycast.net.announce.TcpProbe;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;

/** From what is to be checked to what checks it. */
final class Probes {
  private Probes() {}

  static Probe of(
      Check check, long timeoutNanos, Set<Prefix> vips, ScheduledExecutorService timers) {
    return switch (check) {
      case Check.Command command -> new CommandProbe(command.command(), timeoutNanos);
      case Check.Tcp tcp ->
          new TcpProbe(
              tcp.endpoint().host(),
              tcp.endpoint().port(),
              exchange(tcp.question()),
              timeoutNanos,
              vips,
              timers);
    };
  }

  private static Exchange exchange(Check.Question question) {
    return switch (question) {
      case Check.Question.Greeting() -> Exchange.greeting();
      case Check.Question.Ping() -> Exchange.ping();
      case Check.Question.Words(String send, String expect) ->
          Exchange.of(send.getBytes(ISO_8859_1), expect.getBytes(ISO_8859_1));
    };
  }
}
