package dev.twincast.multicast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import org.junit.jupiter.api.Test;

class InterfacesTest {

  @Test
  void theNamedInterfaceIsTaken() throws IOException {
    assertEquals("lo", Interfaces.choose(Group.parse("239.1.2.3:5000%lo")).getName());
    assertEquals("lo", Interfaces.named("lo").getName());
  }

  @Test
  void withoutANameOneIsFoundThatIsUpAndHasAnAddressOfTheFamily() throws IOException {
    NetworkInterface chosen = Interfaces.choose(Group.parse("239.1.2.3:5000"));
    assertTrue(chosen.isUp());
    assertTrue(chosen.inetAddresses().anyMatch(Inet4Address.class::isInstance));
  }
}
