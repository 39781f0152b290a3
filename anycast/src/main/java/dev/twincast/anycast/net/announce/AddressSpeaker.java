package dev.twincast.anycast.net.announce;

import dev.twincast.anycast.announce.Printable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Announces by adding the addresses to a network interface, with a kernel lifetime: an announcer
 * that dies or hangs renews it no more, and the kernel takes the addresses away. A routing daemon
 * that redistributes connected or direct routes tells the network. By ip(8), see ip-address(8).
 */
public final class AddressSpeaker implements Speaker {
  private final String networkInterface;
  private final Set<Prefix> prefixes;
  private final long leaseSeconds;
  private final long timeoutNanos;
  private boolean isAnnounced;

  /**
   * Speaks of these prefixes.
   *
   * @param leaseSeconds the lifetime of each announcement, at least 1
   */
  public AddressSpeaker(
      String networkInterface, Set<Prefix> prefixes, long leaseSeconds, long timeoutNanos) {
    this.networkInterface = networkInterface;
    this.prefixes = prefixes;
    this.leaseSeconds = leaseSeconds;
    this.timeoutNanos = timeoutNanos;
  }

  /** Refuses an address that is there for good: somebody else's, and not ours to take away. */
  @Override
  public Set<Prefix> check() throws IOException {
    for (Prefix prefix : prefixes) {
      if (listing(prefix).contains("valid_lft forever")) {
        throw new IOException(
            "%s is on %s for good, and announcing it by its lifetime would take it away (try: ip"
                    .formatted(prefix.address().getHostAddress(), networkInterface)
                + " address del %s dev %s)".formatted(prefix, networkInterface));
      }
    }
    return prefixes;
  }

  @Override
  public boolean announce() throws IOException {
    for (Prefix prefix : prefixes) {
      List<String> arguments = new ArrayList<>(List.of("address", "replace", "" + prefix));
      arguments.addAll(List.of("dev", networkInterface));
      arguments.addAll(List.of("valid_lft", "" + leaseSeconds, "preferred_lft", "" + leaseSeconds));
      if (prefix.isIpv6()) {
        arguments.add("nodad"); // others have it, too: that is the idea
      }
      Exec.Result result = ip(arguments);
      if (result.exitCode() != 0) {
        throw failed("add " + prefix + " to " + networkInterface, result);
      }
    }
    boolean changed = !isAnnounced;
    isAnnounced = true;
    return changed;
  }

  @Override
  public boolean withdraw() throws IOException {
    boolean changed = isAnnounced;
    for (Prefix prefix : prefixes) {
      Exec.Result result = ip(List.of("address", "del", "" + prefix, "dev", networkInterface));
      // It may have been gone already.
      if (result.exitCode() != 0 && !listing(prefix).isBlank()) {
        throw failed("remove " + prefix + " from " + networkInterface, result);
      }
    }
    isAnnounced = false;
    return changed;
  }

  private String listing(Prefix prefix) throws IOException {
    Exec.Result result =
        ip(List.of("-o", "address", "show", "dev", networkInterface, "to", "" + prefix));
    if (result.exitCode() != 0) {
      throw new IOException(
          "no interface %s: %s (try: ip link)"
              .formatted(networkInterface, Printable.of(result.output())));
    }
    return result.output();
  }

  private Exec.Result ip(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(arguments);
    try {
      return Exec.run(command, timeoutNanos);
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).startsWith("Cannot run program")) {
        throw new IOException("cannot run ip(8) (try: apt install iproute2)", e);
      }
      throw e;
    }
  }

  private static IOException failed(String what, Exec.Result result) {
    String reason = Printable.of(result.output());
    return reason.contains("not permitted")
        ? new AccessDeniedException(
            "cannot " + what + ": " + reason + " (try: sudo, or give it CAP_NET_ADMIN)")
        : new IOException("cannot " + what + ": " + reason);
  }

  /** Nothing is held; the lease ends by itself. */
  @Override
  public void close() {}
}
