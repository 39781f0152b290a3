package dev.twincast.system;

/** A PostgreSQL server with an empty database of its own, run by the user postgres. */
final class PostgreSql implements AutoCloseable {
  private static final String AS_POSTGRES =
      "setpriv --reuid=postgres --regid=postgres --clear-groups ";

  private final Host machine;
  private final String folder;
  private final int port = FreePort.tcp();
  private final Program server;

  PostgreSql(Host machine) {
    this.machine = machine;
    folder = machine.run(AS_POSTGRES + "mktemp -d /tmp/tw-postgres-XXXXXX").getFirst();
    String programs =
        machine.run("sh -c", "ls -d /usr/lib/postgresql/*/bin | tail -n 1").getFirst();
    machine.run(
        AS_POSTGRES
            + "env LC_ALL=C %s/initdb --pgdata=%s --auth=trust --no-sync"
                .formatted(programs, folder));
    server =
        machine.start(
            AS_POSTGRES
                + "env LC_ALL=C %s/postgres -D %s -p %d -c listen_addresses=127.0.0.1"
                    .formatted(programs, folder, port)
                + " -c unix_socket_directories="
                + folder
                + " -c fsync=off -c shared_buffers=16MB");
    server.await("ready to accept connections");
  }

  int port() {
    return port;
  }

  /** SIGKILL to the server's first process; the others see it and end. */
  void kill() {
    server.signal("KILL");
    server.exitCode();
  }

  @Override
  public void close() {
    server.signal("QUIT").exitCode();
    machine.run("rm -r " + folder);
  }
}
