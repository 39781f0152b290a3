package dev.twincast.cli;

import dev.twincast.multicast.Group;
import dev.twincast.multicast.MulticastReceiver;
import dev.twincast.multicast.ReceivedDatagram;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The receivers of one {@code receive} command; they say when they join and leave. */
final class Members implements AutoCloseable {
  private final List<MulticastReceiver> receivers = new ArrayList<>();
  private final Output out;
  private boolean left;

  private Members(Output out) {
    this.out = out;
  }

  /**
   * Joins the groups of the command line.
   *
   * @param handler gets each datagram; empty if it is taken by {@code receive}
   */
  static Members join(
      Arguments arguments, Optional<Consumer<? super ReceivedDatagram>> handler, Output out)
      throws IOException {
    Members members = new Members(out);
    try {
      for (List<Group> groups : byReceiver(arguments.operands())) {
        MulticastReceiver receiver = open(groups, handler, arguments, out);
        members.receivers.add(receiver);
        members.tell("joined", receiver);
      }
      return members;
    } catch (IOException | RuntimeException e) {
      members.close();
      throw e;
    }
  }

  /** One receiver has one port, one address family and one interface. */
  private static Collection<List<Group>> byReceiver(List<String> operands) {
    Map<List<Object>, List<Group>> groups = new LinkedHashMap<>();
    for (String operand : operands) {
      Group group = Groups.parse(operand);
      groups
          .computeIfAbsent(
              List.of(group.port(), group.isIpv6(), group.interfaceName()),
              key -> new ArrayList<>())
          .add(group);
    }
    return groups.isEmpty() ? List.of(List.of(Groups.DEFAULT)) : groups.values();
  }

  private static MulticastReceiver open(
      List<Group> groups,
      Optional<Consumer<? super ReceivedDatagram>> handler,
      Arguments arguments,
      Output out)
      throws IOException {
    MulticastReceiver.Builder builder =
        MulticastReceiver.builder(groups)
            .receiveBuffer(arguments.bytes("buffer"))
            .source(sources(arguments));
    if (arguments.isSet("interface")) {
      builder.networkInterface(Groups.networkInterface(arguments));
    }
    handler.ifPresent(builder::handler);
    arguments.optionalDuration("rejoin").ifPresent(builder::rejoinAfter);
    builder.onRejoin(reason -> out.emit(Event.of("rejoined").with("reason", reason)));
    return builder.open();
  }

  private static InetAddress[] sources(Arguments arguments) {
    return arguments.list("source").stream()
        .map(source -> {
          try {
            return InetAddress.ofLiteral(source);
          } catch (IllegalArgumentException e) {
            throw new UsageException("--source: '" + source + "' is not an IP address");
          }
        })
        .toArray(InetAddress[]::new);
  }

  List<MulticastReceiver> receivers() {
    return receivers;
  }

  /** Datagrams that the kernel threw away, also after leaving; -1 where it does not tell. */
  long kernelDrops() {
    long drops = 0;
    for (MulticastReceiver receiver : receivers) {
      long some = receiver.statistics().kernelDrops();
      if (some < 0) {
        return -1;
      }
      drops += some;
    }
    return drops;
  }

  /** Leaves all groups, and says what the kernel did not deliver. Does nothing the second time. */
  void leave() {
    if (left) {
      return;
    }
    left = true;
    for (MulticastReceiver receiver : receivers) {
      tell("left", receiver);
      receiver.close();
      long drops = receiver.statistics().kernelDrops();
      if (drops > 0) {
        out.say(
            "The kernel dropped %d: the receive buffer was full (%d bytes asked, %d granted; %s)"
                .formatted(
                    drops,
                    receiver.receiveBufferAsked(),
                    receiver.receiveBufferGranted(),
                    advice(receiver)));
      }
    }
  }

  private static String advice(MulticastReceiver receiver) {
    return receiver.receiveBufferGranted() < receiver.receiveBufferAsked()
        ? "try: sysctl -w net.core.rmem_max=" + receiver.receiveBufferAsked()
        : "try a larger --buffer, or a slower sender";
  }

  private void tell(String event, MulticastReceiver receiver) {
    for (Group group : receiver.groups()) {
      out.emit(
          Event.of(event)
              .with("group", group.address().getHostAddress())
              .with("port", group.port())
              .with("interface", receiver.networkInterface().getName())
              .with("bufferAsked", receiver.receiveBufferAsked())
              .with("bufferGranted", receiver.receiveBufferGranted()));
    }
  }

  @Override
  public void close() {
    leave();
  }
}
