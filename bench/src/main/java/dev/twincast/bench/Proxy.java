package dev.twincast.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A TCP proxy before several servers, one thread on their core. */
enum Proxy {
  /** With the checks that {@code check} alone gives: each 2 s, down after three. */
  HAPROXY("HAProxy, default checks"),
  /** With the quickest settings that it offers. */
  HAPROXY_TUNED("HAProxy, tuned"),
  NGINX("nginx stream");

  private static final String NGINX_STREAM = "/usr/lib/nginx/modules/ngx_stream_module.so";
  private static final long DEADLINE_NANOS = 10_000_000_000L;

  final String title;

  Proxy(String title) {
    this.title = title;
  }

  /** Whether it can be started; says so if not. */
  boolean isInstalled() {
    List<String> needed =
        this == NGINX ? List.of("/usr/sbin/nginx", NGINX_STREAM) : List.of("/usr/sbin/haproxy");
    for (String file : needed) {
      if (!Files.exists(Path.of(file))) {
        System.err.println(
            title
                + ": skipped, no "
                + file
                + " (try: apt install haproxy nginx libnginx-mod-stream)");
        return false;
      }
    }
    return true;
  }

  /** A proxy that runs, and its files. */
  record Running(Child process, Path directory, int port) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      process.close();
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }

  /** Starts it before these ports; returns when it accepts. */
  Running start(List<Integer> servers) throws IOException {
    int port = Engine.freePort();
    Path directory = Files.createTempDirectory("tw-bench-");
    Path configuration = directory.resolve("configuration");
    Files.writeString(configuration, configuration(port, servers));
    Path errors = directory.resolve("errors");
    List<String> command =
        this == NGINX
            ? List.of(
                "/usr/sbin/nginx", "-p", directory + "/", "-e", "error.log", "-c", "configuration")
            : List.of("/usr/sbin/haproxy", "-db", "-f", configuration.toString());
    var running =
        new Running(
            Child.start(Child.SERVER_CPU, command, Redirect.to(errors.toFile())), directory, port);
    try {
      awaitAccepting(running, errors);
      return running;
    } catch (IOException e) {
      running.close();
      throw e;
    }
  }

  private String configuration(int port, List<Integer> servers) {
    return switch (this) {
      case HAPROXY -> haproxy(port, servers, "timeout connect 5s", "");
      case HAPROXY_TUNED ->
          haproxy(
              port,
              servers,
              "timeout connect 200ms\n  option redispatch 1",
              "inter 100ms fall 1 observe layer4 error-limit 1 on-error mark-down"
                  + " on-marked-down shutdown-sessions");
      case NGINX -> nginx(port, servers);
    };
  }

  private static String haproxy(int port, List<Integer> servers, String options, String checks) {
    return """
    global
      nbthread 1
      maxconn 8000
    defaults
      mode tcp
      timeout client 30s
      timeout server 30s
      %s
    listen bench
      bind 127.0.0.1:%d
      balance roundrobin
      default-server check %s
    %s
    """
        .formatted(options, port, checks, lines("  server s%1$d 127.0.0.1:%1$d", servers));
  }

  private static String nginx(int port, List<Integer> servers) {
    return """
    daemon off;
    master_process off;
    error_log error.log;
    pid nginx.pid;
    load_module %s;
    events {
      worker_connections 8000;
    }
    stream {
      upstream servers {
    %s
      }
      server {
        listen 127.0.0.1:%d backlog=4096;
        proxy_pass servers;
      }
    }
    """
        .formatted(NGINX_STREAM, lines("    server 127.0.0.1:%d;", servers), port);
  }

  private static String lines(String format, List<Integer> ports) {
    return ports.stream().map(format::formatted).collect(Collectors.joining("\n"));
  }

  private static void awaitAccepting(Running running, Path errors) throws IOException {
    long begin = System.nanoTime();
    while (true) {
      try (var _ = new Socket(InetAddress.getLoopbackAddress(), running.port())) {
        return;
      } catch (IOException e) {
        if (!running.process().isAlive() || System.nanoTime() - begin > DEADLINE_NANOS) {
          throw new IOException("a proxy does not run: " + Files.readString(errors).strip(), e);
        }
      }
      Kernel.sleepUntil(System.nanoTime() + 10_000_000);
    }
  }
}
