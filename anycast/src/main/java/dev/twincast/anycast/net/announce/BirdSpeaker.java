package dev.twincast.anycast.net.announce;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.twincast.anycast.announce.BirdReply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * Announces by enabling one static protocol of BIRD, and withdraws by disabling it, through BIRD's
 * control socket. Its BGP sessions stay up.
 */
public final class BirdSpeaker extends DaemonSpeaker {
  private final String protocol;
  private final Set<Prefix> prefixes;
  private final long timeoutNanos;

  /**
   * Speaks of these prefixes.
   *
   * @param protocol the name of a static protocol that routes some of them, and nothing else
   */
  public BirdSpeaker(Path path, String protocol, Set<Prefix> prefixes, long timeoutNanos) {
    super(path, "BIRD");
    this.protocol = protocol;
    this.prefixes = prefixes;
    this.timeoutNanos = timeoutNanos;
  }

  @Override
  void greet(ControlSocket fresh) throws IOException {
    answer(fresh); // 0001: BIRD speaks first
  }

  @Override
  public Set<Prefix> check() throws IOException {
    BirdReply.Complete reply = ask("show static " + quoted());
    if (reply.isError()) {
      throw new Refusal(
          "%s: BIRD has no static protocol %s (%s); try: birdc -s %s show protocols"
              .formatted(path(), protocol, reply.text(), path()));
    }
    Set<Prefix> routed = new TreeSet<>();
    for (String text : reply.texts(BirdReply.STATIC_ROUTE)) {
      Prefix.parse(text.split("\\s", 2)[0]).ifPresent(routed::add);
    }
    if (routed.isEmpty() || !prefixes.containsAll(routed)) {
      throw new Refusal(
          "%s: protocol %s routes %s, and is to route %s (try in BIRD's configuration: protocol"
                  .formatted(path(), protocol, words(routed), words(prefixes))
              + " static %s { disabled yes; %s; route %s blackhole; })"
                  .formatted(protocol, family(), prefixes.iterator().next()));
    }
    return routed;
  }

  private String family() {
    return prefixes.iterator().next().isIpv6() ? "ipv6" : "ipv4";
  }

  private static String words(Set<Prefix> prefixes) {
    return prefixes.isEmpty()
        ? "nothing"
        : String.join(", ", prefixes.stream().map(Prefix::toString).toList());
  }

  @Override
  public boolean announce() throws IOException {
    return change("enable", BirdReply.ENABLED, BirdReply.ALREADY_ENABLED);
  }

  @Override
  public boolean withdraw() throws IOException {
    return change("disable", BirdReply.DISABLED, BirdReply.ALREADY_DISABLED);
  }

  private boolean change(String verb, int done, int was) throws IOException {
    BirdReply.Complete reply = ask(verb + " " + quoted());
    if (!reply.isError() && (reply.has(done) || reply.has(was))) {
      return reply.has(done);
    }
    String advice =
        reply.has(BirdReply.ACCESS_DENIED)
            ? "this socket is restricted; use the other one"
            : "try: birdc -s " + path() + " " + verb + " " + protocol;
    throw new Refusal(
        "%s: BIRD did not %s %s: %s (%s)".formatted(path(), verb, protocol, reply.text(), advice));
  }

  /** In quotes a name cannot be taken for a keyword such as {@code all}. */
  private String quoted() {
    return "'" + protocol + "'";
  }

  private BirdReply.Complete ask(String command) throws IOException {
    byte[] line = (command + "\n").getBytes(UTF_8);
    return converse(socket -> {
      socket.write(line);
      return answer(socket);
    });
  }

  private BirdReply.Complete answer(ControlSocket socket) throws IOException {
    BirdReply[] reply = {new BirdReply.Incomplete()};
    socket.read(
        timeoutNanos,
        received -> {
          reply[0] = BirdReply.parse(received);
          return !(reply[0] instanceof BirdReply.Incomplete);
        });
    return switch (reply[0]) {
      case BirdReply.Complete complete -> complete;
      case BirdReply.Malformed malformed ->
          throw new Refusal(path() + " is no control socket of BIRD: " + malformed.reason());
      case BirdReply.Incomplete incomplete -> throw new IllegalStateException("" + incomplete);
    };
  }
}
