package dev.twincast.anycast.net.announce;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.twincast.anycast.announce.BgpConfiguration;
import dev.twincast.anycast.announce.Printable;
import dev.twincast.anycast.announce.VtyReply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Announces by {@code network PREFIX} in the configuration of FRR's bgpd, and withdraws by {@code
 * no network PREFIX}, through bgpd's vty socket. The configuration is changed while bgpd runs, and
 * not saved.
 */
public final class FrrSpeaker extends DaemonSpeaker {
  private final long asNumber;
  private final Set<Prefix> prefixes;
  private final long timeoutNanos;

  /**
   * Speaks of these prefixes.
   *
   * @param vtyDirectory where {@code bgpd.vty} is
   * @param asNumber of bgpd's router in the default VRF
   */
  public FrrSpeaker(Path vtyDirectory, long asNumber, Set<Prefix> prefixes, long timeoutNanos) {
    super(vtyDirectory.resolve("bgpd.vty"), "bgpd");
    this.asNumber = asNumber;
    this.prefixes = prefixes;
    this.timeoutNanos = timeoutNanos;
  }

  /** Goes where networks are configured; only if there is a router, since this would make one. */
  @Override
  void greet(ControlSocket fresh) throws IOException {
    command(fresh, "enable");
    List<Long> routers = BgpConfiguration.asNumbers(command(fresh, "show running-config"));
    if (!routers.contains(asNumber)) {
      throw new Refusal(
          "%s: bgpd has %s in the default VRF, not \"router bgp %d\""
                  .formatted(path(), routers.isEmpty() ? "no router" : "AS " + routers, asNumber)
              + " (try: vtysh -c 'show running-config bgpd')");
    }
    command(fresh, "configure terminal");
    command(fresh, "router bgp " + asNumber);
  }

  @Override
  public Set<Prefix> check() throws IOException {
    return converse(socket -> prefixes); // greeted, it is
  }

  @Override
  public boolean announce() throws IOException {
    return change("network", VtyReply.SUCCESS);
  }

  @Override
  public boolean withdraw() throws IOException {
    return change("no network", VtyReply.CONFIG_FAILED);
  }

  /** A status that says that there was nothing to do is good, too. */
  private boolean change(String verb, int nothingToDo) throws IOException {
    return converse(socket -> {
      boolean changed = false;
      String family = "";
      for (Prefix prefix : prefixes) {
        String its = prefix.isIpv6() ? "ipv6" : "ipv4";
        if (!its.equals(family)) {
          command(socket, "address-family " + its + " unicast");
          family = its;
        }
        VtyReply.Complete reply = ask(socket, verb + " " + prefix);
        if (!reply.isSuccess() && reply.status() != nothingToDo) {
          throw refused(verb + " " + prefix, reply);
        }
        changed |= reply.isSuccess();
      }
      return changed;
    });
  }

  private String command(ControlSocket socket, String command) throws IOException {
    VtyReply.Complete reply = ask(socket, command);
    if (!reply.isSuccess()) {
      throw refused(command, reply);
    }
    return reply.text();
  }

  private Refusal refused(String command, VtyReply.Complete reply) {
    return new Refusal(
        "%s: bgpd did not accept \"%s\": %s (status %d)"
            .formatted(path(), command, Printable.of(reply.text()), reply.status()));
  }

  private VtyReply.Complete ask(ControlSocket socket, String command) throws IOException {
    socket.write((command + "\0").getBytes(UTF_8));
    VtyReply[] reply = {new VtyReply.Incomplete()};
    socket.read(
        timeoutNanos,
        received -> {
          reply[0] = VtyReply.parse(received);
          return !(reply[0] instanceof VtyReply.Incomplete);
        });
    return switch (reply[0]) {
      case VtyReply.Complete complete -> complete;
      case VtyReply.Malformed malformed ->
          throw new Refusal(path() + " is no vty socket of FRR: " + malformed.reason());
      case VtyReply.Incomplete incomplete -> throw new IllegalStateException("" + incomplete);
    };
  }
}
