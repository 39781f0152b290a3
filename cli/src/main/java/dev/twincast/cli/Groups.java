package dev.twincast.cli;

import dev.twincast.multicast.Group;
import dev.twincast.multicast.Interfaces;
import java.io.IOException;
import java.net.NetworkInterface;

/** The groups of a command line. */
final class Groups {
  /** What a missing part of {@code GROUP:PORT} takes. */
  static final Group DEFAULT = Group.parse("224.1.1.1:5007");

  private Groups() {}

  static Group parse(String text) {
    try {
      return Group.parse(text, DEFAULT);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      boolean meansAHost = message.contains("is not a multicast") || message.contains("looked up");
      throw new UsageException(message + (meansAHost ? "; for a single host: --unicast" : ""));
    }
  }

  /**
   * Before anything is opened: the library's fast path costs more at the start than a few printed
   * messages gain. See docs/decisions/0021-plain-commands-use-nio.md.
   */
  static void preferPortablePort() {
    System.getProperties().putIfAbsent("twincast.port", "nio");
  }

  /** Before anything is opened: what the options say of the library's fast path. */
  static void configurePorts(Arguments arguments) {
    if (!arguments.flag("offload")) {
      System.setProperty("twincast.offload", "off");
    }
  }

  /** The interface that {@code --interface} names; call it only when that is set. */
  static NetworkInterface networkInterface(Arguments arguments) throws IOException {
    try {
      return Interfaces.named(arguments.text("interface"));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--interface: " + e.getMessage());
    }
  }
}
