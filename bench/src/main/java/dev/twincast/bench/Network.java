package dev.twincast.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A bridge, a sender and receivers, each a network namespace of this name; {@link #close} removes
 * them. Without receivers there is no bridge: what is sent ends right behind the link.
 *
 * <pre>
 *   tw-bench-sender eth0 ── p0 ┐
 *   tw-bench-1      eth0 ── p1 ┤ br0, tw-bench-bridge    MTU 1500, no snooping
 *   tw-bench-2      eth0 ── p2 ┘
 * </pre>
 */
final class Network implements AutoCloseable {
  private static final String PREFIX = "tw-bench-";
  private static final String BRIDGE = PREFIX + "bridge";
  private static final String SENDER = PREFIX + "sender";

  private final List<String> hosts = new ArrayList<>();

  private Network() {}

  static Network of(int receivers) throws IOException {
    Network network = new Network();
    network.build(receivers);
    return network;
  }

  int receivers() {
    return hosts.size() - 1;
  }

  static List<String> inSender(List<String> command) {
    return inHost(SENDER, command);
  }

  /**
   * @param receiver from 1
   */
  static List<String> inReceiver(int receiver, List<String> command) {
    return inHost(PREFIX + receiver, command);
  }

  /**
   * Whether the sender's link takes what UDP_SEGMENT makes whole, or the kernel splits it before.
   */
  void segmentationOffload(boolean on) throws IOException {
    run(
        inSender(
            List.of("ethtool", "-K", Program.INTERFACE, "tx-udp-segmentation", on ? "on" : "off")));
  }

  @Override
  public void close() throws IOException {
    for (String host : hosts) {
      run(List.of("ip", "netns", "delete", host));
    }
    run(List.of("ip", "netns", "delete", BRIDGE));
  }

  /**
   * Runs a command to its end and returns what it printed.
   *
   * @throws IOException if it fails; the message is what it said
   */
  static String run(List<String> command) throws IOException {
    return output(start(command));
  }

  /** Starts a command that says little. */
  static Process start(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    return process;
  }

  /** As {@link #run}, of a command that was started before. */
  static String output(Process process) throws IOException {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException(output.strip());
    }
    return output;
  }

  private void build(int receivers) throws IOException {
    ip("netns add " + BRIDGE);
    ip("-n " + BRIDGE + " link add br0 up type bridge mcast_snooping 0");
    addHost(SENDER, 0);
    for (int receiver = 1; receiver <= receivers; receiver++) {
      addHost(PREFIX + receiver, receiver);
    }
    if (receivers == 0) {
      ip("-n " + BRIDGE + " link set p0 nomaster");
    }
  }

  private void addHost(String host, int index) throws IOException {
    ip("netns add " + host);
    hosts.add(host);
    String port = "p" + index;
    ip("-n " + host + " link add eth0 type veth peer name " + port + " netns " + BRIDGE);
    ip("-n " + BRIDGE + " link set " + port + " up master br0");
    ip("-n " + host + " address add 10.77.0." + (index + 1) + "/24 dev eth0");
    ip("-n " + host + " link set lo up");
    ip("-n " + host + " link set eth0 up");
    ip("-n " + host + " route add 224.0.0.0/4 dev eth0");
  }

  private static void ip(String arguments) throws IOException {
    run(List.of(("ip " + arguments).split(" ")));
  }

  private static List<String> inHost(String host, List<String> command) {
    return Stream.concat(Stream.of("ip", "netns", "exec", host), command.stream()).toList();
  }
}
