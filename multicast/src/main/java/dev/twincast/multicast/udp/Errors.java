package dev.twincast.multicast.udp;

import java.net.BindException;
import java.net.SocketException;

/** The kernel's errors as the JDK would throw them. */
final class Errors {
  private Errors() {}

  static SocketException of(int errno) {
    String text = Libc.message(errno);
    return switch (errno) {
      case Linux.EADDRINUSE, Linux.EADDRNOTAVAIL, Linux.EACCES -> new BindException(text);
      default -> new SocketException(text);
    };
  }
}
