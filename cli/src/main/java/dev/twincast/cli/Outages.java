package dev.twincast.cli;

import java.net.SocketException;

/** The times in which nothing can be sent; says when one begins and how it ends. */
final class Outages {
  private final Output out;
  private boolean worked;
  private boolean isOut;
  private String change = "";
  private long droppedNow;
  private long dropped;

  Outages(Output out) {
    this.out = out;
  }

  /** Something was sent. */
  void onSent() {
    worked = true;
    if (isOut || !change.isEmpty()) {
      out.emit(
          Event.of("resumed")
              .with("reason", change.isEmpty() ? "the network is back" : change)
              .with("dropped", droppedNow));
      isOut = false;
      change = "";
      droppedNow = 0;
    }
  }

  /** The sender goes on by an interface that has changed. */
  void onChange(String change) {
    this.change = change;
  }

  /**
   * So many messages could not be sent.
   *
   * @throws SocketException the same, if nothing ever could
   */
  void onFailure(SocketException reason, long count) throws SocketException {
    if (!worked) {
      throw reason;
    }
    if (!isOut) {
      isOut = true;
      out.emit(Event.of("interrupted").with("reason", String.valueOf(reason.getMessage())));
    }
    droppedNow += count;
    dropped += count;
  }

  long dropped() {
    return dropped;
  }
}
