package dev.twincast.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One process of a trial: {@code Program nio|netty|ours send|receive key=value ...} for multicast,
 * {@code Program feed|aeron|jgroups send|receive}, {@code feed record}, {@code plain serve} and
 * {@code feed|plain fetch} for the feed, {@code Program nio|netty|threads|grpc|ours|ours_threads
 * serve} and {@code Program naive|grpc|ours load} for anycast.
 */
final class Program {
  /** The interface of every host in a {@link Network}. */
  static final String INTERFACE = "eth0";

  private Program() {}

  public static void main(String... args) throws IOException, InterruptedException {
    List<String> words = List.of(args);
    Values settings = Values.parse(String.join(" ", words.subList(2, words.size())));
    switch (words.get(0) + " " + words.get(1)) {
      case "nio send" -> NioSender.run(settings);
      case "nio receive" -> NioReceiver.run(settings);
      case "netty send" -> NettySender.run(settings);
      case "netty receive" -> NettyReceiver.run(settings);
      case "ours send" -> OurSender.run(settings);
      case "ours receive" -> OurReceiver.run(settings);
      case "feed send" -> OurPublisher.run(settings);
      case "feed receive" -> OurSubscriber.run(settings);
      case "feed record" -> OurRecorder.run(settings);
      case "plain serve" -> PlainCopy.serve(settings);
      case "feed fetch", "plain fetch" -> FetchProgram.run(words.get(0), settings);
      case "aeron send" -> AeronPeer.send(settings);
      case "aeron receive" -> AeronPeer.receive(settings);
      case "jgroups send" -> JGroupsPeer.send(settings);
      case "jgroups receive" -> JGroupsPeer.receive(settings);
      case "nio serve" -> NioEchoServer.run(settings);
      case "netty serve" -> NettyEchoServer.run(settings);
      case "threads serve" -> ThreadsEchoServer.run(settings);
      case "grpc serve" -> GrpcEchoServer.run(settings);
      case "ours serve" -> OurEchoServer.run(settings, true);
      case "ours_threads serve" -> OurEchoServer.run(settings, false);
      case "naive load", "grpc load", "ours load" -> LoadProgram.run(words.get(0), settings);
      case "ours choose" -> ChoiceProgram.run(settings);
      default -> throw new IllegalArgumentException("no program " + words);
    }
  }

  static InetSocketAddress group(Values settings) {
    return new InetSocketAddress(
        InetAddress.ofLiteral(settings.text("group")), settings.integer("port"));
  }

  /** What a server says when it can be connected to. */
  static void ready() {
    System.out.println("ready");
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Off-heap, in the byte order of the machine. */
  static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
