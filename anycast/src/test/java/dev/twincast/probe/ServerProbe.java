package dev.twincast.probe;

import dev.twincast.anycast.AnycastClient;
import dev.twincast.anycast.AnycastServer;
import dev.twincast.anycast.MessageService;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A program that calls a message server of its own, with both kinds of service, and drains it. */
public final class ServerProbe {
  private static final int CALLERS = 8;

  private ServerProbe() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    MessageService blocking = request -> request;
    for (MessageService service : List.of(MessageService.echo(), blocking)) {
      AnycastServer server =
          AnycastServer.messages(service).bind(InetAddress.ofLiteral("127.0.0.1")).port(0).open();
      try (server;
          var client = AnycastClient.to("127.0.0.1:" + server.port())) {
        callAtOnce(client);
        System.out.println("answered: " + server.statistics().answered());
        server.close();
        System.out.println("open: " + server.connections());
      }
    }
  }

  private static void callAtOnce(AnycastClient client) throws InterruptedException {
    var callers = new Thread[CALLERS];
    for (int i = 0; i < CALLERS; i++) {
      var random = new Random(i);
      callers[i] = Thread.ofPlatform().start(() -> call(client, random));
    }
    for (Thread caller : callers) {
      caller.join();
    }
  }

  /** Not idempotent, so that each is answered once. */
  private static void call(AnycastClient client, Random random) {
    for (int size : new int[] {0, 1, 100, 70_000, 1 << 20}) {
      byte[] request = new byte[size];
      random.nextBytes(request);
      try {
        if (!Arrays.equals(request, client.call(request))) {
          System.out.println("a wrong answer of " + size + " bytes");
        }
      } catch (IOException e) {
        System.out.println("no answer of " + size + " bytes: " + e);
      }
    }
  }
}
