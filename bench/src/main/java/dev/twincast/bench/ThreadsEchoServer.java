package dev.twincast.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/** The JDK's plainest way: blocking code, a virtual thread per connection. */
final class ThreadsEchoServer {
  private ThreadsEchoServer() {}

  static void run(Values settings) throws IOException {
    boolean greets = settings.text("mode").equals("greet");
    byte[] greeting = Program.ascii(NioEchoServer.GREETING);
    try (ServerSocket listener = new ServerSocket()) {
      listener.bind(NioEchoServer.address(settings), NioEchoServer.BACKLOG);
      Program.ready();
      while (true) {
        Socket socket = listener.accept();
        Thread.startVirtualThread(() -> {
          try (socket) {
            if (greets) {
              socket.getOutputStream().write(greeting);
            } else {
              echo(socket);
            }
          } catch (IOException e) {
            // The client has gone.
          }
        });
      }
    }
  }

  private static void echo(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    byte[] buffer = new byte[8192];
    for (int n; (n = socket.getInputStream().read(buffer)) >= 0; ) {
      socket.getOutputStream().write(buffer, 0, n);
    }
  }
}
