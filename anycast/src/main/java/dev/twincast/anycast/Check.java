package dev.twincast.anycast;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URLDecoder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What tells an {@link Announcer} that the service is well.
 *
 * <p>It has to look at this replica: at {@code 127.0.0.1} or an address that no other host has. A
 * check that goes to the VIP, where this host has not got it, fails: another replica would answer.
 */
public sealed interface Check {

  /** How long one check may take, unless told otherwise. */
  Duration defaultTimeout();

  /**
   * Connects, and wants an answer. That a service accepts connections proves nothing: the kernel
   * completes them for a process that is frozen.
   *
   * @param endpoint of this replica
   * @param question what is sent and expected
   */
  record Tcp(Endpoint endpoint, Question question) implements Check {

    /** 300 ms: two of them and the interval between are less than a second. */
    @Override
    public Duration defaultTimeout() {
      return Duration.ofMillis(300);
    }
  }

  /**
   * Runs {@code sh -c COMMAND}; exit code 0 is well.
   *
   * @param command what sh(1) reads
   */
  record Command(String command) implements Check {

    /** 2 seconds. */
    @Override
    public Duration defaultTimeout() {
      return Duration.ofSeconds(2);
    }
  }

  /** What a service is asked, and what is a good answer. */
  sealed interface Question {

    /** Nothing is asked: the service speaks first, and any byte will do. */
    record Greeting() implements Question {}

    /** The message service's ping, answered by its pong. */
    record Ping() implements Question {}

    /**
     * The first text is sent; the second is among the first 4096 bytes that come back. Both are in
     * ISO 8859-1, so that each byte can be written.
     */
    record Words(String send, String expect) implements Question {

      /**
       * What is sent, and what has to come.
       *
       * @throws IllegalArgumentException if nothing is expected
       */
      public Words {
        if (expect.isEmpty()) {
          throw new IllegalArgumentException("no answer is expected, so that nothing is checked");
        }
      }
    }
  }

  /** A service that greets whoever connects. */
  static Check greeting(Endpoint endpoint) {
    return new Tcp(endpoint, new Question.Greeting());
  }

  /** A message service. */
  static Check ping(Endpoint endpoint) {
    return new Tcp(endpoint, new Question.Ping());
  }

  /** A service that answers so when it is asked so. */
  static Check exchange(Endpoint endpoint, String send, String expect) {
    return new Tcp(endpoint, new Question.Words(send, expect));
  }

  /** A command of the shell. */
  static Check command(String command) {
    return new Command(command);
  }

  /**
   * Reads {@code tcp://HOST:PORT}, a service that speaks first; {@code tcp://HOST:PORT?ping}, a
   * message service; or {@code tcp://HOST:PORT?send=TEXT&expect=TEXT}, where the texts are
   * percent-encoded ISO 8859-1, such as {@code PING%0D%0A}, and {@code send} may be absent.
   *
   * @throws IllegalArgumentException says what is wrong and what is expected
   */
  static Check parse(String text) {
    String scheme = "tcp://";
    if (!text.startsWith(scheme)) {
      throw new IllegalArgumentException(
          "\"%s\" is no check (expected tcp://HOST:PORT, such as tcp://127.0.0.1:5000)"
              .formatted(text));
    }
    String[] parts = text.substring(scheme.length()).split("\\?", 2);
    Endpoint endpoint = Endpoint.parse(parts[0]);
    return parts.length == 1 ? greeting(endpoint) : asking(text, endpoint, parts[1]);
  }

  private static Check asking(String text, Endpoint endpoint, String query) {
    Map<String, String> values = new HashMap<>();
    for (String parameter : query.split("&", -1)) {
      String[] pair = parameter.split("=", 2);
      // A plus sign is itself here: this is no HTML form.
      String value =
          pair.length == 1 ? "" : URLDecoder.decode(pair[1].replace("+", "%2B"), ISO_8859_1);
      values.put(pair[0], value);
    }
    if (values.keySet().equals(Set.of("ping"))) {
      return ping(endpoint);
    }
    String expect = values.remove("expect");
    String send = values.getOrDefault("send", "");
    values.remove("send");
    if (expect == null || expect.isEmpty() || !values.isEmpty()) {
      throw new IllegalArgumentException(
          "\"%s\": after ? comes ping, or send=TEXT&expect=TEXT".formatted(text));
    }
    return exchange(endpoint, send, expect);
  }
}
