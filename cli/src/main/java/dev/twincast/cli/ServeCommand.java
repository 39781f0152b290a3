package dev.twincast.cli;

import dev.twincast.anycast.AnycastServer;
import dev.twincast.anycast.Check;
import dev.twincast.anycast.GreetingService;
import dev.twincast.anycast.MessageService;
import dev.twincast.anycast.ServerStatistics;
import dev.twincast.anycast.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** {@code serve}: one anycast replica of the greeting service or of the message service. */
final class ServeCommand implements Command {
  @Override
  public Syntax syntax() {
    Syntax syntax =
        Syntax.of("serve", "one anycast replica")
            .example(
                "serve & a=$!; PROGRAM serve & PROGRAM call localhost --count 9; kill $a $!",
                "two replicas on one port: any one answers")
            .example(
                "serve --port 5050 --name green & PROGRAM call localhost:5050 --message hello; kill"
                    + " $!",
                "a replica with a name of its own, which answers a line")
            .example(
                "serve --messages --port 7000 & sleep 1; kill $!",
                "a replica of the message service, which answers each message with itself")
            .example(
                "serve --announce 10.99.0.1 --via address:lo & s=$!; sleep 3; kill $s; wait",
                "as root: has this address while it is well, and gives it up before it drains")
            .option("port", "PORT", "5000", "TCP port; replicas share it; 0: any free one")
            .option("bind", "ADDRESS", "0.0.0.0", "local address to listen on")
            .flag("messages", "the message service (echo) instead of greetings")
            .option(
                "name", "NAME", "", "default: the host name, with -PID if replicas share the port")
            .option("greeting", "TEXT", "", "instead of \"Hello from server NAME\"")
            .option("max-connections", "N", "10000", "further connections are closed at once")
            .option("idle", "DURATION", "60s", "a connection silent for so long is closed")
            .option("drain", "DURATION", "10s", "at the end, time for open connections to finish")
            .option("announce", "VIP", "", "announce this address while the server is well");
    return AnnounceCommand.announcing(syntax);
  }

  @Override
  public int run(Arguments arguments, Output out, Stop stop) throws IOException {
    if (!arguments.operands().isEmpty()) {
      throw new UsageException("unexpected '" + arguments.operands().getFirst() + "'");
    }
    return arguments.flag("messages")
        ? serveMessages(arguments, out)
        : serveGreetings(arguments, out);
  }

  private static int serveMessages(Arguments arguments, Output out) throws IOException {
    if (arguments.isSet("greeting")) {
      throw new UsageException("--greeting: the message service does not greet");
    }
    var announcement = new ServerAnnouncement(Check::ping, arguments, out);
    AnycastServer.Builder builder = AnycastServer.messages(MessageService.echo());
    try (AnycastServer server = options(builder, announcement, arguments).open()) {
      LongSupplier answered = () -> server.statistics().answered();
      return serve(server, name(server, arguments), answered, announcement, out);
    }
  }

  private static int serveGreetings(Arguments arguments, Output out) throws IOException {
    // Its name depends on who else listens on the port, which is known only once we do.
    CompletableFuture<GreetingService> greeting = new CompletableFuture<>();
    Service service =
        connection -> {
          String source = HostPort.of(connection.remoteAddress());
          out.emitIfVerbose(Event.of("connection").with("source", source));
          greeting.join().serve(connection);
        };
    var announcement = new ServerAnnouncement(Check::greeting, arguments, out);
    AnycastServer.Builder builder = AnycastServer.builder(service);
    try (AnycastServer server = options(builder, announcement, arguments).open()) {
      GreetingService named = greeting(name(server, arguments), arguments);
      greeting.complete(named);
      return serve(server, named.name(), named::answers, announcement, out);
    }
  }

  private static AnycastServer.Builder options(
      AnycastServer.Builder builder, ServerAnnouncement announcement, Arguments arguments) {
    if (announcement.isWanted()) {
      builder.announcement(announcement);
    }
    return builder
        .port(arguments.port("port"))
        .bind(arguments.read("bind", ServeCommand::address))
        .maxConnections((int) arguments.number("max-connections", 1, 1_000_000))
        .idle(arguments.duration("idle"))
        .drain(arguments.duration("drain"));
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("'" + text + "' is not an address of this host");
    }
  }

  private static String name(AnycastServer server, Arguments arguments) throws IOException {
    String name = arguments.text("name");
    return name.isEmpty() ? ReplicaName.of(server.port()) : name;
  }

  private static GreetingService greeting(String name, Arguments arguments) {
    GreetingService service = GreetingService.named(name);
    return arguments.isSet("greeting") ? service.greeting(arguments.text("greeting")) : service;
  }

  private static int serve(
      AnycastServer server,
      String name,
      LongSupplier calls,
      ServerAnnouncement announcement,
      Output out)
      throws IOException {
    out.emit(
        Event.of("listening")
            .with("address", server.address().getAddress().getHostAddress())
            .with("port", server.port())
            .with("name", name));
    if (!AnycastServer.canSharePort()) {
      out.say("[server] on this platform one process alone can have the port");
    }
    server.warnings().forEach(warning -> out.say("[server] warning: " + warning));
    try {
      announcement.open(server);
      announcement.await();
    } catch (InterruptedException stopped) {
      // the only way out, but for a fault
    } catch (IOException e) {
      if (!Thread.interrupted()) { // stopped while the announcer opened
        throw e;
      }
    }
    out.emit(Event.of("draining").with("name", name).with("connections", server.connections()));
    server.close();
    out.emit(summary(name, calls.getAsLong(), server.statistics()));
    return announcement.isWithdrawn() ? ExitCode.OK : ExitCode.ERROR;
  }

  private static Event summary(String name, long calls, ServerStatistics statistics) {
    return Event.summary("serve")
        .with("name", name)
        .with("calls", calls)
        .with("connections", statistics.accepted())
        .with("refused", statistics.refused())
        .with("idleClosed", statistics.idleClosed())
        .with("slowReaders", statistics.slowReaders())
        .with("slowWriters", statistics.slowWriters())
        .with("illegalFrames", statistics.illegalFrames())
        .with("overloaded", statistics.overloaded())
        .with("failed", statistics.failed());
  }
}
