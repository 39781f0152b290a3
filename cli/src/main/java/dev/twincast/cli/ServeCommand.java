package dev.twincast.cli;

import dev.twincast.anycast.AnycastServer;
import dev.twincast.anycast.GreetingService;
import dev.twincast.anycast.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** {@code serve}: one anycast replica of the greeting service. */
final class ServeCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of("serve", "one anycast replica")
        .example(
            "serve & a=$!; PROGRAM serve & PROGRAM call localhost --count 9; kill $a $!",
            "two replicas on one port: any one answers")
        .example(
            "serve --port 5050 --name green & PROGRAM call localhost:5050 --message hello; kill $!",
            "a replica with a name of its own, which answers a line")
        .option("port", "PORT", "5000", "TCP port; replicas share it; 0: any free one")
        .option("bind", "ADDRESS", "0.0.0.0", "local address to listen on")
        .option("name", "NAME", "", "default: the host name, with -PID if replicas share the port")
        .option("greeting", "TEXT", "", "instead of \"Hello from server NAME\"")
        .option("max-connections", "N", "10000", "further connections are closed at once")
        .option("idle", "DURATION", "60s", "a connection silent for so long is closed")
        .option("drain", "DURATION", "10s", "at the end, time for open connections to finish");
  }

  @Override
  public int run(Arguments arguments, Output out, Stop stop) throws IOException {
    if (!arguments.operands().isEmpty()) {
      throw new UsageException("unexpected '" + arguments.operands().getFirst() + "'");
    }
    // Its name depends on who else listens on the port, which is known only once we do.
    CompletableFuture<GreetingService> greeting = new CompletableFuture<>();
    Service service =
        connection -> {
          String source = HostPort.of(connection.remoteAddress());
          out.emitIfVerbose(Event.of("connection").with("source", source));
          greeting.join().serve(connection);
        };
    AnycastServer.Builder builder =
        AnycastServer.builder(service)
            .port(arguments.port("port"))
            .bind(arguments.read("bind", ServeCommand::address))
            .maxConnections((int) arguments.number("max-connections", 1, 1_000_000))
            .idle(arguments.duration("idle"))
            .drain(arguments.duration("drain"));
    try (AnycastServer server = builder.open()) {
      String name = arguments.text("name");
      greeting.complete(greeting(name.isEmpty() ? ReplicaName.of(server.port()) : name, arguments));
      return serve(server, greeting.join(), out);
    }
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("'" + text + "' is not an address of this host");
    }
  }

  private static GreetingService greeting(String name, Arguments arguments) {
    GreetingService service = GreetingService.named(name);
    return arguments.isSet("greeting") ? service.greeting(arguments.text("greeting")) : service;
  }

  private static int serve(AnycastServer server, GreetingService greeting, Output out) {
    out.emit(
        Event.of("listening")
            .with("address", server.address().getAddress().getHostAddress())
            .with("port", server.port())
            .with("name", greeting.name()));
    if (!AnycastServer.canSharePort()) {
      out.say("[server] on this platform one process alone can have the port");
    }
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException stopped) {
      // the only way out
    }
    out.emit(
        Event.of("draining")
            .with("name", greeting.name())
            .with("connections", server.connections()));
    server.close();
    out.emit(
        Event.summary("serve")
            .with("name", greeting.name())
            .with("calls", greeting.answers())
            .with("connections", server.statistics().accepted())
            .with("refused", server.statistics().refused())
            .with("idleClosed", server.statistics().idleClosed()));
    return ExitCode.OK;
  }
}
