package dev.twincast.feed.simulation;

import dev.twincast.feed.machine.ReplayClient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The replays that are going on. */
final class SimulatedConnections {
  private final List<SimulatedConnection> open = new ArrayList<>();

  void connect(
      SimulatedNode from,
      SimulatedNode to,
      ReplayClient client,
      Consumer<ReplayClient> handOver,
      Runnable afterwards) {
    var connection = new SimulatedConnection(from, to, client, to.source(), handOver, afterwards);
    open.add(connection);
    connection.pump();
  }

  void remove(SimulatedConnection connection) {
    open.remove(connection);
  }

  /** A party died. */
  void closeOf(SimulatedNode node) {
    open.removeIf(connection -> connection.closeIfOf(node));
  }

  /** A party may have more to send. */
  void pumpOf(SimulatedNode server) {
    those(connection -> connection.isServerOf(server)).forEach(SimulatedConnection::pump);
  }

  /** A party may have room again. */
  void resumeOf(SimulatedNode client) {
    those(connection -> connection.isClientOf(client)).forEach(SimulatedConnection::resume);
  }

  private List<SimulatedConnection> those(Predicate<SimulatedConnection> wanted) {
    return open.isEmpty() ? List.of() : open.stream().filter(wanted).toList();
  }
}
