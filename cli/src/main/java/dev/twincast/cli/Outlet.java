package dev.twincast.cli;

import dev.twincast.multicast.FanoutSender;
import dev.twincast.multicast.Group;
import dev.twincast.multicast.MessageBatch;
import dev.twincast.multicast.MulticastSender;
import dev.twincast.multicast.SenderStatistics;
import java.io.IOException;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Where {@code send} sends to: a group, or each of several hosts. What cannot be sent after
 * something could be is dropped and counted: networks come back.
 */
final class Outlet implements AutoCloseable {
  /** What a datagram over IPv4 carries. */
  static final int MAX_IPV4_BYTES = 65_507;

  /** So that an endless stream without a pace does not spin while the network is away. */
  private static final long PAUSE_MILLIS = 20;

  private interface Way<T> {
    void send(T what) throws IOException;
  }

  private interface Attempt {
    void run() throws IOException;
  }

  private final Way<byte[]> one;
  private final Way<MessageBatch> many;
  private final Supplier<SenderStatistics> statistics;
  private final int maxMessageBytes;
  private final Runnable close;
  private final Outages outages;

  private Outlet(
      Way<byte[]> one,
      Way<MessageBatch> many,
      Supplier<SenderStatistics> statistics,
      int maxMessageBytes,
      Runnable close,
      Outages outages) {
    this.one = one;
    this.many = many;
    this.statistics = statistics;
    this.maxMessageBytes = maxMessageBytes;
    this.close = close;
    this.outages = outages;
  }

  static Outlet group(Group group, Arguments arguments, Output out) throws IOException {
    Outages outages = new Outages(out);
    MulticastSender.Builder builder =
        MulticastSender.builder(group)
            .ttl((int) arguments.number("ttl", 0, 255))
            .loopback(arguments.flag("loopback"))
            .sourcePort(arguments.port("source-port"))
            .onInterfaceChange(outages::onChange);
    if (arguments.isSet("interface")) {
      builder.networkInterface(Groups.networkInterface(arguments));
    }
    pace(arguments.optionalRate("rate"), builder::rate, builder::bitsPerSecond);
    MulticastSender sender = builder.open();
    return new Outlet(
        sender::send,
        sender::send,
        sender::statistics,
        sender.maxMessageBytes(),
        sender::close,
        outages);
  }

  static Outlet each(List<String> hostPorts, Optional<Rate> rate, Output out) throws IOException {
    FanoutSender.Builder builder = MulticastSender.toEach(hostPorts);
    pace(rate, builder::rate, builder::bitsPerSecond);
    FanoutSender sender = builder.open();
    return new Outlet(
        sender::send,
        sender::send,
        sender::statistics,
        MAX_IPV4_BYTES,
        sender::close,
        new Outages(out));
  }

  private static void pace(Optional<Rate> rate, LongConsumer datagrams, LongConsumer bits) {
    if (rate.isPresent()) {
      switch (rate.get().unit()) {
        case DATAGRAMS -> datagrams.accept(rate.get().perSecond());
        case BITS -> bits.accept(rate.get().perSecond());
      }
    }
  }

  /** Whether it was sent; else it is dropped. */
  boolean send(byte[] message) throws IOException, InterruptedException {
    return isSent(() -> one.send(message), 1);
  }

  /** As {@link #send(byte[])}: all of it, or not. */
  boolean send(MessageBatch batch) throws IOException, InterruptedException {
    return isSent(() -> many.send(batch), batch.size());
  }

  private boolean isSent(Attempt attempt, int count) throws IOException, InterruptedException {
    long before = statistics.get().datagrams();
    try {
      attempt.run();
      outages.onSent();
      return true;
    } catch (SocketException e) {
      long sent = Math.min(count, statistics.get().datagrams() - before);
      outages.onFailure(e, count - sent);
      Thread.sleep(PAUSE_MILLIS);
      return false;
    }
  }

  /** Messages that could not be sent. */
  long dropped() {
    return outages.dropped();
  }

  int maxMessageBytes() {
    return maxMessageBytes;
  }

  @Override
  public void close() {
    close.run();
  }
}
