package dev.twincast.cli;

import dev.twincast.multicast.Datagram;
import dev.twincast.multicast.Group;
import dev.twincast.multicast.MulticastReceiver;
import dev.twincast.multicast.ReceiverStatistics;
import java.io.IOException;

/** Groups of one port, family and interface; says when they are joined, awaited and left. */
final class GroupsInlet implements Inlet {
  private final MulticastReceiver receiver;
  private final Output out;
  private boolean waiting; // guarded by this

  GroupsInlet(MulticastReceiver.Builder builder, Output out) throws IOException {
    this.out = out;
    synchronized (this) { // onRejoin waits until receiver is there
      receiver = builder.awaitInterface().onRejoin(this::onRejoin).open();
      waiting = receiver.awaited().isPresent();
      receiver
          .awaited()
          .ifPresentOrElse(
              reason ->
                  out.emit(
                      Event.of("waiting")
                          .with("interface", receiver.interfaceName())
                          .with("reason", reason)),
              () -> tell("joined"));
    }
  }

  private synchronized void onRejoin(String reason) {
    if (waiting) {
      waiting = false;
      tell("joined");
    } else {
      out.emit(Event.of("rejoined").with("reason", reason));
    }
  }

  private void tell(String event) {
    for (Group group : receiver.groups()) {
      out.emit(
          Event.of(event)
              .with("group", group.address().getHostAddress())
              .with("port", group.port())
              .with("interface", receiver.interfaceName())
              .with("bufferAsked", bufferAsked())
              .with("bufferGranted", bufferGranted()));
    }
  }

  @Override
  public Datagram receive() throws IOException {
    return receiver.receive();
  }

  @Override
  public ReceiverStatistics statistics() {
    return receiver.statistics();
  }

  @Override
  public int bufferAsked() {
    return receiver.receiveBufferAsked();
  }

  @Override
  public int bufferGranted() {
    return receiver.receiveBufferGranted();
  }

  @Override
  public synchronized void close() {
    if (!waiting) {
      tell("left");
    }
    receiver.close();
  }
}
