package dev.twincast.cli;

import dev.twincast.multicast.Group;
import dev.twincast.multicast.MulticastReceiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code receive}: joins groups and shows what is sent to them. */
final class ReceiveCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of("receive", "receives what is sent to a group")
        .example(
            "receive --count 2 & sleep 1; PROGRAM send; wait",
            "joins " + Groups.DEFAULT + " and ends after two messages")
        .example(
            "receive 239.1.2.3:6000 --timeout 1s", "exits with 3 when nothing came for a second")
        .example(
            "receive --expect 10 --max-loss 10% --duration 3s & sleep 1; PROGRAM send --binary 99"
                + " --count 9 --interval 0; wait $!",
            "one of ten is missing and may be; were it two, the exit code would be 4")
        .operands("[GROUP:PORT[%IFACE] ...]")
        .option("source", "ADDRESS", "", "only from this sender (SSM); may be repeated")
        .option("count", "N", "", "end after so many messages")
        .option("duration", "DURATION", "", "end after this time")
        .option("timeout", "DURATION", "", "end when nothing came for so long")
        .option("expect", "N", "", "exit with 4 when it was not so many; ends after N if nothing")
        .option("max-loss", "PERCENT", "0", "how many of the expected ones may be missing")
        .option("interface", "IFACE", "", "join here (default: as the kernel routes)")
        .option("buffer", "BYTES", "4M", "receive buffer to ask the kernel for")
        .option("output", "DIR", "", "write each message into a file in this new folder");
  }

  @Override
  public int run(Arguments arguments, Output out, Stop stop)
      throws IOException, InterruptedException {
    ReceiveLimits limits = ReceiveLimits.of(arguments);
    Optional<MessageFiles> files =
        arguments.isSet("output")
            ? Optional.of(MessageFiles.in(Path.of(arguments.text("output"))))
            : Optional.empty();
    List<MulticastReceiver> receivers = new ArrayList<>();
    try {
      for (Collection<Group> groups : byReceiver(arguments.operands())) {
        receivers.add(open(List.copyOf(groups), arguments));
      }
      Receiving receiving = new Receiving(limits, files, out);
      receiving.run(receivers);
      int exitCode = limits.exitCode(receiving.messages(), stop);
      out.emit(receiving.summary());
      return exitCode;
    } finally {
      receivers.forEach(MulticastReceiver::close);
    }
  }

  /** One receiver has one port, one address family and one interface. */
  private static Collection<List<Group>> byReceiver(List<String> operands) {
    Map<List<Object>, List<Group>> groups = new LinkedHashMap<>();
    for (String operand : operands.isEmpty() ? List.of("") : operands) {
      Group group = operand.isEmpty() ? Groups.DEFAULT : Groups.parse(operand);
      groups
          .computeIfAbsent(
              List.of(group.port(), group.isIpv6(), group.interfaceName()),
              key -> new ArrayList<>())
          .add(group);
    }
    return groups.values();
  }

  private static MulticastReceiver open(List<Group> groups, Arguments arguments)
      throws IOException {
    MulticastReceiver.Builder builder =
        MulticastReceiver.builder(groups)
            .receiveBuffer(arguments.bytes("buffer"))
            .source(sources(arguments));
    if (arguments.isSet("interface")) {
      builder.networkInterface(Groups.networkInterface(arguments));
    }
    return builder.open();
  }

  private static InetAddress[] sources(Arguments arguments) {
    return arguments.list("source").stream()
        .map(source -> {
          try {
            return InetAddress.getByName(source);
          } catch (UnknownHostException e) {
            throw new UsageException("--source: unknown address '" + source + "'");
          }
        })
        .toArray(InetAddress[]::new);
  }
}
