package dev.twincast.cli;

import dev.twincast.anycast.Announcement;
import dev.twincast.anycast.Announcer;
import dev.twincast.anycast.AnycastServer;
import dev.twincast.anycast.Check;
import dev.twincast.anycast.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code serve --announce}: begins when the server listens, since only then is what answers on its
 * port the server; is withdrawn when it drains.
 */
final class ServerAnnouncement implements Announcement {
  private final Function<Endpoint, Check> check;
  private final List<String> vips;
  private final Arguments arguments;
  private final Announcing announcing;
  private final AtomicReference<@Nullable Announcer> announcer = new AtomicReference<>();

  /** Of the addresses after {@code --announce}: none, if it is not given. */
  ServerAnnouncement(Function<Endpoint, Check> check, Arguments arguments, Output out) {
    this.check = check;
    this.vips = arguments.list("announce");
    this.arguments = arguments;
    this.announcing = new Announcing(out);
    if (vips.isEmpty() && arguments.isSet("via")) {
      throw new UsageException("--via goes with --announce VIP");
    }
  }

  boolean isWanted() {
    return !vips.isEmpty();
  }

  /** Begins to check the server, and to announce it if all is well. */
  void open(AnycastServer server) throws IOException {
    if (isWanted()) {
      InetAddress bound = server.address().getAddress();
      String host = bound.isAnyLocalAddress() ? "127.0.0.1" : bound.getHostAddress();
      announcer.set(
          announcing
              .builder(vips, arguments)
              .check(check.apply(new Endpoint(host, server.port())))
              .open());
    }
  }

  /**
   * Waits for ever, or until the announcer fails: a server that nobody finds had better start anew.
   *
   * @throws IllegalStateException if it has failed
   */
  void await() throws InterruptedException {
    Announcer opened = announcer.get();
    if (opened == null) {
      new CountDownLatch(1).await();
    } else {
      opened.await();
    }
  }

  @Override
  public void withdraw() {
    Announcer opened = announcer.get();
    if (opened != null) {
      opened.withdraw();
    }
  }

  /** Whether nothing is announced, as far as is known. */
  boolean isWithdrawn() {
    Announcer opened = announcer.get();
    return opened == null || opened.isWithdrawn();
  }
}
