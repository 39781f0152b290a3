package dev.twincast.feed.simulation;

import dev.twincast.feed.machine.Channel;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** The way between parties: it loses, delays, reorders and repeats packets, by a seed. */
final class SimulatedNetwork {
  private final SimulatedGroup group;
  private final SplittableRandom random;
  private final Map<InetSocketAddress, SimulatedNode> nodes = new HashMap<>();

  long delayNanos = 100_000;
  long jitterNanos;
  double duplication;

  /** How many packets were sent to the group. */
  long multicasts;

  SimulatedNetwork(SimulatedGroup group, SplittableRandom random) {
    this.group = group;
    this.random = random;
  }

  void add(SimulatedNode node) {
    nodes.put(node.serve, node);
    nodes.put(node.ask, node);
  }

  SimulatedNode at(InetSocketAddress address) {
    SimulatedNode node = nodes.get(address);
    if (node == null) {
      throw new IllegalStateException("nobody is at " + address);
    }
    return node;
  }

  void multicast(SimulatedNode from, byte[] packet) {
    multicasts++;
    if (!from.isCutOff) {
      for (SimulatedNode node : group.listeners) {
        if (!node.equals(from)) {
          carry(node, Channel.GROUP, from.serve, packet);
        }
      }
    }
  }

  void unicast(SimulatedNode from, Channel channel, InetSocketAddress to, byte[] packet) {
    SimulatedNode node = nodes.get(to);
    if (node != null && !from.isCutOff) {
      Channel arrives = to.equals(node.serve) ? Channel.SERVE : Channel.ASK;
      carry(node, arrives, channel == Channel.SERVE ? from.serve : from.ask, packet);
    }
  }

  /** Brings a packet from nowhere known, as anybody may send one. */
  void carry(SimulatedNode to, Channel channel, InetSocketAddress from, byte[] packet) {
    if (to.dropNext > 0) {
      to.dropNext--;
      return;
    }
    if (to.isCutOff || to.loss.loses(random)) {
      return;
    }
    group.time.after(latency(), () -> to.receive(channel, from, packet));
    if (duplication > 0 && random.nextDouble() < duplication) {
      group.time.after(latency(), () -> to.receive(channel, from, packet));
    }
  }

  long latency() {
    return delayNanos + (jitterNanos == 0 ? 0 : random.nextLong(jitterNanos));
  }
}
