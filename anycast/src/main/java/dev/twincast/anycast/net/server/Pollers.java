package dev.twincast.anycast.net.server;

import static java.lang.System.Logger.Level.INFO;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Opens the best poller that this machine has: {@link EpollPoller} on Linux if the JVM permits
 * native access, else {@link NioPoller}. The system property {@code twincast.poller} forces one of
 * them: {@code nio} or {@code epoll}.
 */
final class Pollers {
  private static final System.Logger LOG = System.getLogger(Pollers.class.getName());
  private static final String FORCED = System.getProperty("twincast.poller", "");

  private Pollers() {}

  static Poller open() throws IOException {
    return Epoll.OBJECTION.isEmpty() ? new EpollPoller() : new NioPoller();
  }

  /** What keeps epoll from being used; looked at once, and said once. */
  static final class Epoll {
    static final Optional<String> OBJECTION = objection();

    private Epoll() {}

    private static Optional<String> objection() {
      if (FORCED.equals("nio")) {
        return Optional.of("twincast.poller=nio");
      }
      Optional<String> objection = found();
      if (objection.isPresent() && FORCED.equals("epoll")) {
        throw new UnsupportedOperationException("twincast.poller=epoll: " + objection.get());
      }
      objection.ifPresent(reason -> LOG.log(INFO, "messages by java.nio: {0}", reason));
      return objection;
    }

    private static Optional<String> found() {
      String system = System.getProperty("os.name");
      String machine = System.getProperty("os.arch");
      if (!system.equals("Linux")) {
        return Optional.of("this is " + system + ", not Linux");
      }
      if (!machine.equals("amd64") && !machine.equals("aarch64")) {
        return Optional.of("structures of " + machine + " are not known, only amd64 and aarch64");
      }
      if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
        return Optional.of("this machine is big-endian");
      }
      Module module = Pollers.class.getModule();
      if (!module.isNativeAccessEnabled()) {
        return Optional.of(
            "native access is not permitted (try: java --enable-native-access="
                + (module.isNamed() ? module.getName() : "ALL-UNNAMED")
                + ")");
      }
      try {
        return selfTest();
      } catch (IOException | RuntimeException | LinkageError | AssertionError e) {
        return Optional.of("the C library is not as expected: " + e);
      }
    }

    /** Listens on loopback, and is woken: what the kernel tells shows the structures' layout. */
    private static Optional<String> selfTest() throws IOException {
      EpollPoller poller = new EpollPoller();
      try {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        int port = poller.listen(new InetSocketAddress(loopback, 0));
        if (port == 0 || poller.accept() != null) {
          return Optional.of("the C library is not as expected: port " + port);
        }
        poller.wakeup();
        return poller.wasWoken()
            ? Optional.empty()
            : Optional.of("the C library is not as expected: no event");
      } finally {
        poller.close();
      }
    }
  }
}
