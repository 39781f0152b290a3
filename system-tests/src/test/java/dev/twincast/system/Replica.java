package dev.twincast.system;

/** A server and its announcer, on a host with a routing daemon. */
final class Replica {
  /** How long an address lives unless it is renewed. */
  private static final String LEASE = System.getenv().getOrDefault("TWINCAST_LAB_LEASE", "3s");

  private final String name;
  private final Host host;
  private final String address;
  private final String serve;
  private final String announce;
  private final String serveAnnounced;
  private Program server;
  private Program announcer;

  /**
   * Both are running from now on.
   *
   * @param address of the host, by which the router reaches it
   * @param vip what it announces
   * @param via which way
   */
  Replica(String name, Host host, String address, String vip, String via) {
    this.name = name;
    this.host = host;
    this.address = address;
    String options = " --hold-down 0s --lease " + LEASE + " --via " + via;
    serve = "serve --name " + name;
    announce = "announce " + vip + " --check tcp://127.0.0.1:5000" + options;
    serveAnnounced = serve + " --announce " + vip + options;
    server = host.twincast(serve);
    announcer = host.twincast(announce);
  }

  String name() {
    return name;
  }

  Host host() {
    return host;
  }

  String address() {
    return address;
  }

  Program server() {
    return server;
  }

  Program announcer() {
    return announcer;
  }

  /** From now on one program is both: the server announces itself. Waits until it listens. */
  void announceItself() {
    announcer.signal("TERM").exitCode();
    server.signal("TERM").exitCode();
    server = host.twincast(serveAnnounced);
    server.await("listening");
  }

  /** Starts again what has ended, and lets go on what was stopped. */
  void revive() {
    server.signal("CONT");
    if (!server.isRunning()) {
      server = host.twincast(serve);
    }
    announcer.signal("CONT");
    if (!announcer.isRunning()) {
      announcer = host.twincast(announce);
    }
  }
}
