package dev.twincast.system;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A switch and the hosts at it, each in a network namespace of its own, so that nothing touches the
 * machine's own network.
 *
 * <pre>
 *   sender      receiver     ...     hosts: eth0, 10.77.N.1, fd77:N::1; .2, ::2; ...
 *     |            |
 *   [sender]   [receiver]            the switch's ports, named after the hosts
 *     +--- br0 ----+
 * </pre>
 */
final class Network implements AutoCloseable {
  /** Namespaces are named tw-PID-NUMBER-NAME, PID being the process that made them. */
  private static final String PREFIX = "tw-";

  private static final Pattern NAMESPACE = Pattern.compile(PREFIX + "(\\d+)-\\S+");
  private static final AtomicInteger LAST_NUMBER = new AtomicInteger();

  private final int number = LAST_NUMBER.incrementAndGet();
  private final Host machine = Host.local();
  private final List<String> namespaces = new ArrayList<>();
  private final List<Host> hosts = new ArrayList<>();
  private final Host bridge;
  private int attached;

  private Network() {
    sweep();
    bridge = makeNamespace("switch", "", "");
    bridge.run("ip link add br0 type bridge");
    bridge.run("ip link set br0 up");
  }

  /** A switch without hosts. */
  static Network open() {
    return new Network();
  }

  /** The namespace of the switch, to look at its ports. */
  Host bridge() {
    return bridge;
  }

  /** One more host, with eth0 at this switch and the default routes by it. */
  Host host(String name) {
    int next = attached + 1;
    Host host = makeNamespace(name, ipv4(next), ipv6(next));
    attach(host, "eth0", name);
    host.run("ip route add default dev eth0");
    host.run("ip -6 route add default dev eth0");
    return host;
  }

  /** One more interface of a host, at a port of this switch. */
  void attach(Host host, String interfaceName, String port) {
    attached++;
    host.run(
        "ip link add %s type veth peer name %s netns %s"
            .formatted(interfaceName, port, namespaces.getFirst()));
    bridge.run("ip link set dev " + port + " master br0 up");
    host.run("ip address add " + ipv4(attached) + "/24 dev " + interfaceName);
    host.run("ip address add " + ipv6(attached) + "/64 dev " + interfaceName);
    host.run("ip link set dev " + interfaceName + " up");
  }

  /** A host that is not at the switch; {@link #link} connects it. */
  Host apart(String name) {
    return makeNamespace(name, "", "");
  }

  /**
   * A cable between two hosts.
   *
   * @param subnet 0 to 63: its addresses are 10.77.N.(4 subnet + 1), of the first, and + 2
   */
  void link(Host first, String firstInterface, Host second, String secondInterface, int subnet) {
    first.run(
        "ip link add %s type veth peer name %s netns %s"
            .formatted(firstInterface, secondInterface, second.namespace()));
    first.run("ip address add " + ipv4(4 * subnet + 1) + "/30 dev " + firstInterface);
    second.run("ip address add " + ipv4(4 * subnet + 2) + "/30 dev " + secondInterface);
    first.run("ip link set dev " + firstInterface + " up");
    second.run("ip link set dev " + secondInterface + " up");
  }

  /** The address of a host of this network, 1 to 254. */
  String ipv4(int host) {
    return "10.77." + number + "." + host;
  }

  private String ipv6(int host) {
    return "fd77:" + number + "::" + host;
  }

  /**
   * Lets the switch ask for members (IGMPv3, RFC 3376) and forward to them only. It begins a second
   * after this, and drops a port two seconds after its last member has left.
   */
  void forwardToMembersOnly() {
    bridge.run(
        "ip link set br0 type bridge mcast_igmp_version 3 mcast_query_response_interval 100"
            + " mcast_querier 1");
  }

  private Host makeNamespace(String name, String ipv4, String ipv6) {
    String namespace = PREFIX + ProcessHandle.current().pid() + "-" + number + "-" + name;
    machine.run("ip netns add " + namespace);
    namespaces.add(namespace);
    Host host = Host.inNamespace(namespace, ipv4, ipv6);
    hosts.add(host);
    // Addresses are good at once: nobody else can have them.
    host.run("sh -c", "echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad");
    host.run("ip link set lo up");
    return host;
  }

  /** Removes what a run that was killed has left. */
  private void sweep() {
    for (String line : machine.run("ip netns list")) {
      Matcher namespace = NAMESPACE.matcher(line);
      if (namespace.lookingAt() && isGone(Long.parseLong(namespace.group(1)))) {
        delete(namespace.group());
      }
    }
  }

  private static boolean isGone(long pid) {
    Optional<ProcessHandle> maker = ProcessHandle.of(pid);
    return maker.isEmpty() || !maker.get().isAlive();
  }

  private void delete(String namespace) {
    for (String pid : machine.run("ip netns pids " + namespace)) {
      ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
    }
    machine.run("ip netns delete " + namespace);
  }

  @Override
  public void close() {
    hosts.forEach(Host::close);
    namespaces.forEach(this::delete);
    machine.close();
  }
}
