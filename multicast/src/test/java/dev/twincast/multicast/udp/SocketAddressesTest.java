package dev.twincast.multicast.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketAddressesTest {
  private final ByteBuffer memory = OffHeap.allocate(2 * SocketAddresses.BYTES);

  @ParameterizedTest
  @CsvSource({"10.1.2.3, false", "10.1.2.3, true", "2001:db8::7, true", "255.0.0.255, false"})
  void whatIsWrittenIsRead(String address, boolean ipv6) {
    var expected = new InetSocketAddress(InetAddress.ofLiteral(address), 65_000);
    SocketAddresses.write(memory, SocketAddresses.BYTES, expected, ipv6);
    assertEquals(expected, SocketAddresses.read(memory, SocketAddresses.BYTES));
    assertEquals(expected, new SocketAddresses.Cache().read(memory, SocketAddresses.BYTES));
  }

  @Test
  void aScopeIsKept() throws UnknownHostException {
    byte[] bytes = InetAddress.ofLiteral("fe80::1").getAddress();
    var scoped = Inet6Address.getByAddress(null, bytes, 7);
    SocketAddresses.write(memory, 0, new InetSocketAddress(scoped, 1), true);
    var read = (Inet6Address) SocketAddresses.read(memory, 0).getAddress();
    assertEquals(7, read.getScopeId());
  }

  @Test
  void ipv6IsRefusedByASocketOfIpv4() {
    var address = new InetSocketAddress(InetAddress.ofLiteral("::1"), 1);
    assertThrows(
        IllegalArgumentException.class, () -> SocketAddresses.write(memory, 0, address, false));
  }

  @Test
  void aSourceHeardAgainIsTheSameObject() {
    var cache = new SocketAddresses.Cache();
    SocketAddresses.write(memory, 0, source(1), false);
    assertSame(cache.read(memory, 0), cache.read(memory, 0));
  }

  @Test
  void aFloodOfSourcesIsToldApart() {
    var cache = new SocketAddresses.Cache();
    for (int round = 0; round < 2; round++) {
      for (int port = 1; port < 20_000; port++) {
        SocketAddresses.write(memory, 0, source(port), false);
        assertEquals(source(port), cache.read(memory, 0));
      }
    }
  }

  private static InetSocketAddress source(int port) {
    return new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), port);
  }
}
