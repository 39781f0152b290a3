package dev.twincast.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs each command once on the loopback interface, so that the JVM can note what they load: the
 * launcher and the image make their AOT cache from it (JEP 514).
 */
public final class Training {
  private static final int MOST_SENDS = 50;
  private static final int FILE_BYTES = 30_000_000;

  private final Main main =
      new Main(
          new PrintStream(OutputStream.nullOutputStream()),
          new PrintStream(OutputStream.nullOutputStream()),
          Map.of());

  private Training() {}

  /** Runs the commands; takes about five seconds and ends by itself. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Training training = new Training();
    training.main.run("--version");
    training.main.run("--help");
    training.feed(); // by the library's fast path; the plain commands then prefer the portable one
    training.anycast();
    training.multicast();
    System.exit(0);
  }

  private void anycast() throws IOException, InterruptedException {
    try (DemoPort reserved = DemoPort.tcp(0)) {
      String port = "" + reserved.number();
      Thread server =
          Thread.ofPlatform().start(() -> main.run("serve", "--bind", "127.0.0.1", "--port", port));
      String address = "127.0.0.1:" + port;
      main.run("call", address, "--message", "hello", "--wait", "5s");
      main.run("call", address, "--connect", "--count", "100", "--json", "--quiet");
      server.interrupt();
      server.join();
    }
  }

  private void multicast() throws IOException, InterruptedException {
    try (DemoPort reserved = DemoPort.udp(0)) {
      String group = "224.1.1.1:" + reserved.number() + "%" + Loopback.interfaceName();
      Thread receiver =
          Thread.ofPlatform()
              .start(() -> main.run("receive", group, "--count", "2", "--timeout", "5s", "--json"));
      for (int i = 0; i < MOST_SENDS && receiver.isAlive(); i++) {
        main.run("send", group);
        receiver.join(100);
      }
      receiver.join();
    }
  }

  /** A file, a part of which is lost: enough of it to show the JVM also what runs hot. */
  private void feed() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("twincast-training");
    try (DemoPort reserved = DemoPort.udp(0)) {
      String group = "239.255.0.1:" + reserved.number() + "%" + Loopback.interfaceName();
      Path file = Files.write(folder.resolve("file"), new byte[FILE_BYTES]);
      Path output = folder.resolve("output");
      Thread subscriber =
          Thread.ofPlatform()
              .start(() ->
                  main.run(
                      "subscribe",
                      group,
                      "--from",
                      "start",
                      "--drop",
                      "1%",
                      "--timeout",
                      "5s",
                      "--output",
                      output.toString()));
      main.run("publish", group, file.toString(), "--recorder-port", "0", "--receivers", "1");
      subscriber.join();
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
