package dev.twincast.anycast;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** A bgpd of FRR with {@code router bgp 65001}, at {@code bgpd.vty} of a folder. */
final class FakeBgpd implements AutoCloseable {
  private static final int SUCCESS = 0;
  private static final int NO_MATCH = 2;
  private static final int CONFIG_FAILED = 13;

  private final UnixListener listener;
  private final Set<String> networks = ConcurrentHashMap.newKeySet();
  private volatile String refused = "";

  FakeBgpd(Path folder) {
    listener = new UnixListener(folder.resolve("bgpd.vty"), this::talk);
  }

  /** What it announces: the family and the prefix. */
  Set<String> networks() {
    return new TreeSet<>(networks);
  }

  /** From now on it does not understand commands that begin so. */
  void refuse(String beginning) {
    refused = beginning;
  }

  /** It is started anew, and has forgotten its networks. */
  void restart() {
    networks.clear();
    listener.hangUp();
  }

  private void talk(SocketChannel connection) throws IOException {
    InputStream in = Channels.newInputStream(connection);
    ByteArrayOutputStream command = new ByteArrayOutputStream();
    String node = "view";
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b != 0) {
        command.write(b);
        continue;
      }
      String line = command.toString(UTF_8);
      command.reset();
      String next = nodeAfter(node, line);
      Answer answer = answer(node, line, next);
      node = next;
      ByteBuffer out = ByteBuffer.allocate(answer.text().length() + 4);
      out.put(answer.text().getBytes(UTF_8)).put(new byte[3]).put((byte) answer.status());
      connection.write(out.flip());
    }
  }

  private record Answer(int status, String text) {}

  private static String nodeAfter(String node, String line) {
    return switch (line) {
      case "enable" -> "enable";
      case "configure terminal" -> node.equals("enable") ? "configure" : node;
      case "router bgp 65001" -> node.equals("configure") ? "router" : node;
      case "address-family ipv4 unicast", "address-family ipv6 unicast" ->
          node.equals("router") || node.startsWith("ip")
              ? line.substring(15, 19)
              : node; // ipv4 or ipv6
      default -> node;
    };
  }

  private Answer answer(String node, String line, String next) {
    if (!refused.isEmpty() && line.startsWith(refused)) {
      return new Answer(NO_MATCH, "% Unknown command: " + line + "\n");
    }
    if (line.equals("show running-config")) {
      return new Answer(SUCCESS, "!\nrouter bgp 65001\n bgp router-id 10.0.0.1\n!\nend\n");
    }
    if (line.startsWith("network ") && node.startsWith("ip")) {
      networks.add(node + " " + line.substring("network ".length()));
      return new Answer(SUCCESS, "");
    }
    if (line.startsWith("no network ") && node.startsWith("ip")) {
      return networks.remove(node + " " + line.substring("no network ".length()))
          ? new Answer(SUCCESS, "")
          : new Answer(CONFIG_FAILED, "% Can't find static route specified\n");
    }
    return next.equals(node) && !line.startsWith("address-family")
        ? new Answer(NO_MATCH, "% Unknown command: " + line + "\n")
        : new Answer(SUCCESS, "");
  }

  @Override
  public void close() {
    listener.close();
  }
}
