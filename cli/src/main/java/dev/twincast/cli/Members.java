package dev.twincast.cli;

import dev.twincast.multicast.Group;
import dev.twincast.multicast.MulticastReceiver;
import dev.twincast.multicast.ReceivedDatagram;
import dev.twincast.multicast.ReceiverStatistics;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** All that one {@code receive} command hears: groups, and ports of this host. */
final class Members implements AutoCloseable {
  private final List<Inlet> inlets = new ArrayList<>();
  private final Output out;
  private boolean left;

  private Members(Output out) {
    this.out = out;
  }

  /**
   * Joins the groups of the command line, and listens to its ports.
   *
   * @param handler gets each datagram; empty if it is taken by {@code receive}
   */
  static Members join(
      Arguments arguments, Optional<Consumer<? super ReceivedDatagram>> handler, Output out)
      throws IOException {
    Members members = new Members(out);
    try {
      for (List<Group> groups : byReceiver(arguments)) {
        members.inlets.add(new GroupsInlet(builder(groups, handler, arguments), out));
      }
      for (int port : arguments.ports("unicast")) {
        members.inlets.add(new UnicastInlet(port, arguments.bytes("buffer"), handler, out));
      }
      return members;
    } catch (IOException | RuntimeException e) {
      members.close();
      throw e;
    }
  }

  /** One receiver has one port, one address family and one interface. */
  private static Collection<List<Group>> byReceiver(Arguments arguments) {
    List<Group> all = new ArrayList<>(arguments.operands().stream().map(Groups::parse).toList());
    if (all.isEmpty() && !arguments.isSet("unicast")) {
      all.add(Groups.DEFAULT);
    }
    if (arguments.isSet("interface")) {
      all.replaceAll(group -> group.on(arguments.text("interface")));
    }
    Map<List<Object>, List<Group>> groups = new LinkedHashMap<>();
    for (Group group : all) {
      groups
          .computeIfAbsent(
              List.of(group.port(), group.isIpv6(), group.interfaceName()),
              key -> new ArrayList<>())
          .add(group);
    }
    return groups.values();
  }

  private static MulticastReceiver.Builder builder(
      List<Group> groups,
      Optional<Consumer<? super ReceivedDatagram>> handler,
      Arguments arguments) {
    MulticastReceiver.Builder builder =
        MulticastReceiver.builder(groups)
            .receiveBuffer(arguments.bytes("buffer"))
            .source(sources(arguments));
    handler.ifPresent(builder::handler);
    arguments.optionalDuration("rejoin").ifPresent(builder::rejoinAfter);
    return builder;
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

  List<Inlet> inlets() {
    return inlets;
  }

  /** Adds what the kernel threw away, also after leaving; -1 where it does not tell. */
  Event describe(Event event) {
    return event
        .with("kernelDrops", total(ReceiverStatistics::kernelDrops))
        .with("reassemblyFailures", reassemblyFailures());
  }

  private long total(ToLongFunction<ReceiverStatistics> count) {
    long total = 0;
    for (Inlet inlet : inlets) {
      long some = count.applyAsLong(inlet.statistics());
      if (some < 0) {
        return -1;
      }
      total += some;
    }
    return total;
  }

  /** Each inlet tells those of the whole host; the first has counted longest. */
  private long reassemblyFailures() {
    return inlets.getFirst().statistics().reassemblyFailures();
  }

  /** Leaves all groups, and says what the kernel did not deliver. Does nothing the second time. */
  void leave() {
    if (left) {
      return;
    }
    left = true;
    for (Inlet inlet : inlets) {
      inlet.close();
      long drops = inlet.statistics().kernelDrops();
      if (drops > 0) {
        out.say(
            "The kernel dropped %d: the receive buffer was full (%d bytes asked, %d granted; %s)"
                .formatted(drops, inlet.bufferAsked(), inlet.bufferGranted(), advice(inlet)));
      }
    }
    if (!inlets.isEmpty() && reassemblyFailures() > 0) {
      out.say(
          "%d of the datagrams to this host never became whole: a fragment was lost (send at most 1472"
                  .formatted(reassemblyFailures())
              + " bytes, or see: nstat -az IpReasmFails Ip6ReasmFails)");
    }
  }

  private static String advice(Inlet inlet) {
    return inlet.bufferGranted() < inlet.bufferAsked()
        ? "try: sysctl -w net.core.rmem_max=" + inlet.bufferAsked()
        : "try a larger --buffer, or a slower sender";
  }

  @Override
  public void close() {
    leave();
  }
}
