package dev.twincast.multicast.udp;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.Map;

/** The kernel's errors, with what was tried and what to look at or type next. */
final class Explained {
  private Explained() {}

  private static final Map<String, String> ADVICE =
      Map.of(
          "Address already in use",
          "another program has it and does not share it (see: ss -ulpn; choose another port, or let"
              + " it set SO_REUSEADDR too)",
          "Permission denied",
          "ports below 1024 are for root (choose a higher one)",
          "Operation not permitted",
          "a firewall of this host refuses it (see: nft list ruleset; allow output to the group)",
          "Network is unreachable",
          "the interface is down, or its address has changed since (see: ip address)",
          "Cannot assign requested address",
          "the interface has no address yet, or no more (see: ip address)",
          "No such device",
          "the interface or its address has gone since (see: ip address)",
          "No buffer space available",
          "too many sources for one group (try: sysctl -w net.ipv4.igmp_max_msf=100"
              + " net.ipv6.mld_max_msf=100, or fewer sources)",
          "Cannot allocate memory",
          "the socket's memory for groups is used up (try: sysctl -w net.core.optmem_max=1048576)");

  /**
   * The exception to throw: of the same kind for a {@link BindException}, the same one for a closed
   * channel, else a {@link SocketException}; the kernel's own as its cause. An unknown text, as of
   * another system or in another language, goes without advice.
   */
  static IOException of(String attempt, IOException e) {
    if (e instanceof ClosedChannelException) {
      return e;
    }
    String error = String.valueOf(e.getMessage());
    String message = "cannot " + attempt + ": " + error + advice(error);
    SocketException explained =
        e instanceof BindException ? new BindException(message) : new SocketException(message);
    explained.initCause(e);
    return explained;
  }

  private static String advice(String error) {
    return ADVICE.entrySet().stream()
        .filter(entry -> error.startsWith(entry.getKey()))
        .findFirst()
        .map(entry -> ": " + entry.getValue())
        .orElse("");
  }
}
