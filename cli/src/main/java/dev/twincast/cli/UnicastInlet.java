package dev.twincast.cli;

import dev.twincast.multicast.Datagram;
import dev.twincast.multicast.MulticastReceiver;
import dev.twincast.multicast.ReceivedDatagram;
import dev.twincast.multicast.ReceiverStatistics;
import dev.twincast.multicast.UnicastReceiver;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** A UDP port of this host: what is sent to the host itself, of IPv4 and IPv6. */
final class UnicastInlet implements Inlet {
  private final UnicastReceiver receiver;
  private final int bufferAsked;

  UnicastInlet(
      int port, int bufferBytes, Optional<Consumer<? super ReceivedDatagram>> handler, Output out)
      throws IOException {
    UnicastReceiver.Builder builder = MulticastReceiver.unicast(port).receiveBuffer(bufferBytes);
    handler.ifPresent(builder::handler);
    receiver = builder.open();
    bufferAsked = bufferBytes;
    out.emit(
        Event.of("listening")
            .with("port", receiver.port())
            .with("bufferAsked", bufferAsked)
            .with("bufferGranted", bufferGranted()));
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
    return bufferAsked;
  }

  @Override
  public int bufferGranted() {
    return receiver.receiveBufferGranted();
  }

  @Override
  public void close() {
    receiver.close();
  }
}
