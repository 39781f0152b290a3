package dev.twincast.anycast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {

  @ParameterizedTest
  @CsvSource({
    "app.example:7000, app.example, 7000",
    "10.0.0.1:1, 10.0.0.1, 1",
    "[::1]:65535, ::1, 65535",
    "my_service:80, my_service, 80",
    "bücher.example:80, bücher.example, 80",
    "3com:80, 3com, 80",
  })
  void readsHostAndPort(String text, String host, int port) {
    assertEquals(new Endpoint(host, port), Endpoint.parse(text));
    assertEquals(new Endpoint(host, port), Endpoint.parse(text, 5000));
    assertEquals(text, Endpoint.parse(text).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "app.example, app.example, app.example:5000",
    "10.0.0.1, 10.0.0.1, 10.0.0.1:5000",
    "[::1], ::1, [::1]:5000",
    "::1, ::1, [::1]:5000",
    "2001:db8::7, 2001:db8::7, [2001:db8::7]:5000",
  })
  void takesTheDefaultPortWhereThereIsNone(String text, String host, String full) {
    assertEquals(new Endpoint(host, 5000), Endpoint.parse(text, 5000));
    assertEquals(full, Endpoint.parse(text, 5000).toString());
    assertEquals(
        "\"" + text + "\": no port (expected HOST:PORT, such as " + full + ")",
        assertThrows(IllegalArgumentException.class, () -> Endpoint.parse(text)).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "~~, ~no host~",
        ":5000, no host",
        "app:, the port is not a number",
        "app:http, the port is not a number",
        "app:-1, the port is not a number",
        "app:+1, the port is not a number",
        "app:99999999999999999999, the port is not a number",
        "app:0, port 0 is outside 1 to 65535",
        "app:65536, port 65536 is outside 1 to 65535",
        "http://app:5000, neither an IPv6 address nor a host",
        "a b:5000, \"a b\" is not a host",
        "app/x:5000, \"app/x\" is not a host",
        "-x:5000, \"-x\" is not a host",
        "5000, \"5000\" is not a host",
        "10.0.0.256:5000, \"10.0.0.256\" is not a host",
        "10.0.1:5000, \"10.0.1\" is not a host",
        "[::1, brackets are for an IPv6 address",
        "[app]:5000, brackets are for an IPv6 address",
        "[::1]5000, the port is not a number",
        "[::1::2]:5000, \"::1::2\" is not a host",
        "::1::2, neither an IPv6 address nor a host",
        "1:2:3, neither an IPv6 address nor a host",
      })
  void saysWhatIsWrong(String text, String complaint) {
    var e = assertThrows(IllegalArgumentException.class, () -> Endpoint.parse(text, 5000));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith("\"" + text + "\": " + complaint), message);
  }
}
