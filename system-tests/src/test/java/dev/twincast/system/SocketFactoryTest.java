package dev.twincast.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.sun.net.httpserver.HttpServer;
import dev.twincast.anycast.AnycastSocketFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Clients that know nothing of us reach any live replica through our sockets. */
final class SocketFactoryTest {
  @AutoClose private final Host machine = Host.local();

  @Test
  @Needs(Tool.POSTGRESQL)
  void aDriverForPostgreSqlReachesAnyLiveServer() throws SQLException {
    try (PostgreSql one = new PostgreSql(machine);
        PostgreSql two = new PostgreSql(machine);
        PostgreSql three = new PostgreSql(machine)) {
      List<Integer> ports = List.of(one.port(), two.port(), three.port());
      String url =
          "jdbc:postgresql://any.invalid/postgres?user=postgres&socketFactory="
              + AnycastSocketFactory.class.getName()
              + "&socketFactoryArg="
              + ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));

      Set<Integer> answered = new TreeSet<>();
      for (int i = 0; i < 60; i++) {
        answered.add(serverPort(url));
      }
      assertEquals(new TreeSet<>(ports), answered);

      two.kill();
      answered.clear();
      for (int i = 0; i < 30; i++) {
        answered.add(serverPort(url));
      }
      assertFalse(answered.contains(two.port()));
    }
  }

  private static int serverPort(String url) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select inet_server_port()")) {
      row.next();
      return row.getInt(1);
    }
  }

  @Test
  void anHttpClientReachesAnyLiveServer() throws IOException {
    List<HttpServer> servers = new ArrayList<>();
    try {
      for (int i = 1; i <= 3; i++) {
        servers.add(httpServer("server " + i));
      }
      String endpoints =
          servers.stream()
              .map(server -> "127.0.0.1:" + server.getAddress().getPort())
              .collect(Collectors.joining(","));
      OkHttpClient client =
          new OkHttpClient.Builder()
              .socketFactory(new AnycastSocketFactory(endpoints))
              .dns(name -> List.of(InetAddress.ofLiteral("192.0.2.1"))) // what it believes
              .build();

      assertEquals(Set.of("server 1", "server 2", "server 3"), answers(client));
      servers.removeFirst().stop(0);
      assertEquals(Set.of("server 2", "server 3"), answers(client));
    } finally {
      servers.forEach(server -> server.stop(0));
    }
  }

  private static Set<String> answers(OkHttpClient client) throws IOException {
    Set<String> answers = new TreeSet<>();
    Request request = new Request.Builder().url("http://any.invalid/").build();
    for (int i = 0; i < 60; i++) {
      try (Response response = client.newCall(request).execute()) {
        answers.add(response.body().string());
      }
      client.connectionPool().evictAll(); // else it keeps to one replica, as it should
    }
    return answers;
  }

  private static HttpServer httpServer(String name) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = name.getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }
}
