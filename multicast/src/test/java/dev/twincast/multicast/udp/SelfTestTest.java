package dev.twincast.multicast.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class SelfTestTest {
  @Test
  void theFastPortIsUsedOnLinuxUnlessForbidden() {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "Linux only");
    assertEquals(Optional.empty(), SelfTest.objection());
    assertEquals(!System.getProperty("twincast.port", "").equals("nio"), Ports.areFast());
  }
}
