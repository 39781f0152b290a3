package dev.twincast.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** One process of a trial: {@code Program nio|netty|ours send|receive key=value ...}. */
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
      default -> throw new IllegalArgumentException("no program " + words);
    }
  }

  static InetSocketAddress group(Values settings) {
    return new InetSocketAddress(
        InetAddress.ofLiteral(settings.text("group")), settings.integer("port"));
  }

  /** Off-heap, in the byte order of the machine. */
  static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
