package dev.twincast.anycast;

import dev.twincast.anycast.Announcer.Event;
import dev.twincast.anycast.net.announce.AddressSpeaker;
import dev.twincast.anycast.net.announce.BirdSpeaker;
import dev.twincast.anycast.net.announce.FrrSpeaker;
import dev.twincast.anycast.net.announce.Prefix;
import dev.twincast.anycast.net.announce.Speaker;
import java.io.IOException;
import java.util.Set;
import java.util.function.Consumer;

/** One way in which an announcer speaks, and what is known of it. For one thread at a time. */
final class Way implements AutoCloseable {
  private final Via via;
  private final Speaker speaker;
  private final Set<Prefix> prefixes;
  private final Consumer<Event> tell;

  private boolean isAnnounced;
  private String failure = ""; // the last one, as long as it lasts

  /** A way that works, and announces nothing. */
  private Way(Via via, Speaker speaker, Set<Prefix> prefixes, Consumer<Event> tell) {
    this.via = via;
    this.speaker = speaker;
    this.prefixes = prefixes;
    this.tell = tell;
  }

  /**
   * Looks whether the way works, and withdraws what somebody else has left there.
   *
   * @param vips what may go this way
   * @param leaseSeconds the lifetime of an address
   * @param timeoutNanos for each command
   * @throws IOException says why it does not work and what to type
   */
  static Way open(
      Via via, Set<Prefix> vips, long leaseSeconds, long timeoutNanos, Consumer<Event> tell)
      throws IOException {
    Speaker speaker =
        switch (via) {
          case Via.Bird bird -> new BirdSpeaker(bird.socket(), bird.protocol(), vips, timeoutNanos);
          case Via.Frr frr ->
              new FrrSpeaker(frr.vtyDirectory(), frr.asNumber(), vips, timeoutNanos);
          case Via.Address address ->
              new AddressSpeaker(address.networkInterface(), vips, leaseSeconds, timeoutNanos);
        };
    try {
      Way way = new Way(via, speaker, speaker.check(), tell);
      if (speaker.withdraw()) {
        way.tellWithdrawn("no check has passed yet");
      }
      return way;
    } catch (IOException e) {
      speaker.close();
      throw e;
    }
  }

  /** What goes this way. */
  Set<Prefix> prefixes() {
    return prefixes;
  }

  /** Announces; returns whether that is done. */
  boolean announce(String reason) {
    try {
      boolean changed = speaker.announce();
      if (changed || !isAnnounced) {
        isAnnounced = true;
        prefixes.forEach(prefix -> tell.accept(new Event.Announced(prefix.address(), via, reason)));
      }
      failure = "";
      return true;
    } catch (IOException | RuntimeException e) {
      failed(e);
      return false;
    }
  }

  /** Withdraws; returns whether that is done. */
  boolean withdraw(String reason) {
    try {
      boolean changed = speaker.withdraw();
      if (changed || isAnnounced) {
        tellWithdrawn(reason);
      }
      isAnnounced = false;
      failure = "";
      return true;
    } catch (IOException | RuntimeException e) {
      failed(e);
      return false;
    }
  }

  /** Does again what was done last: a lease ends, a daemon starts anew, an operator meddles. */
  boolean renew(boolean announced) {
    if (announced) {
      return announce("it was not announced any more");
    }
    boolean endsByItself = via instanceof Via.Address;
    return (endsByItself && !isAnnounced) || withdraw("it was announced without a passing check");
  }

  private void tellWithdrawn(String reason) {
    prefixes.forEach(prefix -> tell.accept(new Event.Withdrawn(prefix.address(), via, reason)));
  }

  /** A fault of ours in one way, too, leaves the others as they are, and is tried again. */
  private void failed(Exception e) {
    String reason = Announcer.reason(e);
    if (!reason.equals(failure)) {
      failure = reason;
      tell.accept(new Event.Failed(via, reason));
    }
  }

  @Override
  public void close() {
    speaker.close();
  }
}
