package dev.twincast.bench;

import dev.twincast.anycast.AnycastServer;
import dev.twincast.anycast.MessageService;
import java.io.IOException;

/** An {@link AnycastServer}; its message service is in the event loop, or on virtual threads. */
final class OurEchoServer {
  private OurEchoServer() {}

  static void run(Values settings, boolean isInLoop) throws IOException {
    byte[] greeting = Program.ascii(NioEchoServer.GREETING);
    AnycastServer.Builder builder =
        settings.text("mode").equals("greet")
            ? AnycastServer.builder(connection -> connection.output().write(greeting))
            : AnycastServer.messages(isInLoop ? MessageService.echo() : request -> request);
    builder
        .bind(NioEchoServer.address(settings).getAddress())
        .port(settings.integer("port"))
        .maxConnections(4096)
        .open();
    Program.ready(); // an open server keeps the process alive
  }
}
