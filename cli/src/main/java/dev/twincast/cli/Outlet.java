package dev.twincast.cli;

import dev.twincast.multicast.FanoutSender;
import dev.twincast.multicast.Group;
import dev.twincast.multicast.MessageBatch;
import dev.twincast.multicast.MulticastSender;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Where {@code send} sends to: a group, or each of several hosts. */
final class Outlet implements AutoCloseable {
  /** What a datagram over IPv4 carries. */
  static final int MAX_IPV4_BYTES = 65_507;

  private interface Way<T> {
    void send(T what) throws IOException;
  }

  private final Way<byte[]> one;
  private final Way<MessageBatch> many;
  private final int maxMessageBytes;
  private final Runnable close;

  private Outlet(Way<byte[]> one, Way<MessageBatch> many, int maxMessageBytes, Runnable close) {
    this.one = one;
    this.many = many;
    this.maxMessageBytes = maxMessageBytes;
    this.close = close;
  }

  static Outlet group(Group group, Arguments arguments) throws IOException {
    MulticastSender.Builder builder =
        MulticastSender.builder(group)
            .ttl((int) arguments.number("ttl", 0, 255))
            .loopback(arguments.flag("loopback"))
            .sourcePort(arguments.port("source-port"));
    if (arguments.isSet("interface")) {
      builder.networkInterface(Groups.networkInterface(arguments));
    }
    pace(arguments.optionalRate("rate"), builder::rate, builder::bitsPerSecond);
    MulticastSender sender = builder.open();
    return new Outlet(sender::send, sender::send, sender.maxMessageBytes(), sender::close);
  }

  static Outlet each(List<String> hostPorts, Optional<Rate> rate) throws IOException {
    FanoutSender.Builder builder = MulticastSender.toEach(hostPorts);
    pace(rate, builder::rate, builder::bitsPerSecond);
    FanoutSender sender = builder.open();
    return new Outlet(sender::send, sender::send, MAX_IPV4_BYTES, sender::close);
  }

  private static void pace(Optional<Rate> rate, LongConsumer datagrams, LongConsumer bits) {
    if (rate.isPresent()) {
      switch (rate.get().unit()) {
        case DATAGRAMS -> datagrams.accept(rate.get().perSecond());
        case BITS -> bits.accept(rate.get().perSecond());
      }
    }
  }

  void send(byte[] message) throws IOException {
    one.send(message);
  }

  void send(MessageBatch batch) throws IOException {
    many.send(batch);
  }

  int maxMessageBytes() {
    return maxMessageBytes;
  }

  @Override
  public void close() {
    close.run();
  }
}
