package dev.twincast.cli;

import dev.twincast.anycast.AnycastClient;
import dev.twincast.anycast.Reply;
import dev.twincast.anycast.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** How {@code call} calls. */
sealed interface Asking {
  /** One call. */
  Answer ask(AnycastClient client) throws IOException;

  /** Reads a greeting, and the answer to a line if there is one to send. */
  record Greeting(String message) implements Asking {
    @Override
    public Answer ask(AnycastClient client) throws IOException {
      return GreetingCall.on(client, message);
    }
  }

  /** A request of the message service, which is echoed or at least harmless. */
  record Message(String message) implements Asking {
    @Override
    public Answer ask(AnycastClient client) throws IOException {
      long start = System.nanoTime();
      Request request = Request.idempotent(message.getBytes(StandardCharsets.UTF_8));
      Reply reply = client.call(request);
      String address = HostPort.of(reply.replica());
      long nanos = System.nanoTime() - start;
      return new Answer(address, address, text(reply.payload()), nanos);
    }

    private static String text(byte[] payload) {
      return Payload.of(payload).kind() == Payload.Kind.BINARY
          ? "binary blob, " + payload.length + " bytes"
          : new String(payload, StandardCharsets.UTF_8);
    }
  }

  /** Only connects: says who accepts, of any TCP service. */
  record Connect() implements Asking {
    @Override
    public Answer ask(AnycastClient client) throws IOException {
      long start = System.nanoTime();
      try (Socket socket = client.connect()) {
        long nanos = System.nanoTime() - start;
        String address = HostPort.of((InetSocketAddress) socket.getRemoteSocketAddress());
        return new Answer(address, address, "connected to " + address, nanos);
      }
    }
  }
}
