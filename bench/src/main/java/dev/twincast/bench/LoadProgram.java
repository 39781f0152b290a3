package dev.twincast.bench;

import dev.twincast.anycast.AnycastClient;
import dev.twincast.anycast.ClientStatistics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The client of a trial: {@code naive|grpc|ours load}. Prints {@code measuring} once it counts, and
 * its line of results at the end.
 */
final class LoadProgram {
  private LoadProgram() {}

  static void run(String program, Values settings) throws InterruptedException {
    Thread.setDefaultUncaughtExceptionHandler((_, e) -> {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    });
    int timeoutMillis = settings.integer("timeout");
    List<InetSocketAddress> addresses = addresses(settings.text("ports"));
    String mode = settings.text("mode");
    switch (program) {
      case "naive" -> {
        Supplier<Caller> each =
            () -> new NaiveCaller(addresses, timeoutMillis, mode.equals("keep"));
        System.out.println(work(each, settings, () -> {}));
      }
      case "grpc" -> {
        Caller shared = new GrpcCaller(addresses, timeoutMillis, mode.equals("retry"));
        System.out.println(work(() -> shared, settings, () -> {}));
      }
      case "ours" -> {
        AnycastClient client = OurCaller.client(mode, addresses, timeoutMillis);
        Caller shared = OurCaller.of(client, mode);
        ClientStatistics[] before = {client.statistics()};
        String result = work(() -> shared, settings, () -> before[0] = client.statistics());
        ClientStatistics after = client.statistics();
        System.out.printf(
            "%s retried=%d hedged=%d%n",
            result, after.retried() - before[0].retried(), after.hedged() - before[0].hedged());
      }
      default -> throw new IllegalArgumentException("no client " + program);
    }
    System.exit(0); // some clients keep threads
  }

  static List<InetSocketAddress> addresses(String ports) {
    return Stream.of(ports.split(",", -1))
        .map(
            port -> new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port)))
        .toList();
  }

  private static String work(Supplier<Caller> callers, Values settings, Runnable onBegin)
      throws InterruptedException {
    var workers =
        new Workers(
            callers,
            settings.number("interval") * 1_000_000,
            settings.number("warmup"),
            settings.number("measure"));
    return workers.work(
        settings.integer("workers"),
        Thread.ofPlatform(),
        () -> {
          onBegin.run();
          System.out.println("measuring");
        });
  }
}
