package dev.twincast.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of connections that wait in the accept queue of a process when it is killed. Three
 * processes share a port; one is frozen, so that its queue grows, and then killed.
 */
final class QueueTable {
  private static final Path MIGRATE = Path.of("/proc/sys/net/ipv4/tcp_migrate_req");
  private static final int CONNECTIONS = 300;
  private static final int SERVERS = 3;
  private static final int TIMEOUT_MILLIS = 5000;

  private QueueTable() {}

  static void print(int turns) throws IOException {
    Markdown.title(
        "Of 300 connections to three processes on one port (SO_REUSEPORT), one of them killed");
    Markdown.heading("servers", "tcp_migrate_req", "lost, each turn", "answered, each turn");
    for (Engine engine : List.of(Engine.C, Engine.OURS)) {
      if (!engine.isInstalled()) {
        continue;
      }
      for (int migrate = 0; migrate <= 1; migrate++) {
        Files.writeString(MIGRATE, migrate + "\n");
        List<String> lost = new ArrayList<>();
        List<String> answered = new ArrayList<>();
        for (int turn = 0; turn < turns; turn++) {
          int count = answered(engine);
          answered.add(Integer.toString(count));
          lost.add(Integer.toString(CONNECTIONS - count));
        }
        Markdown.row(
            engine.title,
            Integer.toString(migrate),
            String.join(", ", lost),
            String.join(", ", answered));
      }
    }
    Files.writeString(MIGRATE, "0\n");
  }

  private static int answered(Engine engine) throws IOException {
    int port = Engine.freePort();
    List<Child> servers = new ArrayList<>();
    List<Socket> clients = new ArrayList<>();
    try {
      for (int i = 0; i < SERVERS; i++) {
        servers.add(engine.serve("frames", port));
      }
      servers.get(1).freeze();
      for (int i = 0; i < CONNECTIONS; i++) {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        clients.add(client);
        client.setSoTimeout(TIMEOUT_MILLIS);
      }
      servers.get(1).kill();
      return (int) clients.stream().filter(QueueTable::isAnswered).count();
    } finally {
      for (Socket client : clients) {
        client.close();
      }
      servers.forEach(Child::close);
    }
  }

  private static boolean isAnswered(Socket client) {
    try {
      NaiveCaller.exchange(client, new byte[64]);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
