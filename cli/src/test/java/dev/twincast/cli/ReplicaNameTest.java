package dev.twincast.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReplicaNameTest {
  private static final String LISTEN =
      "   0: 00000000:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0";
  private static final String ESTABLISHED =
      "   1: 0100007F:1388 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0";

  @Test
  void countsListenersOfThePortAlone() {
    assertTrue(ReplicaName.isListener(LISTEN, 5000));
    assertFalse(ReplicaName.isListener(LISTEN, 5001));
    assertFalse(ReplicaName.isListener(ESTABLISHED, 5000));
    assertFalse(ReplicaName.isListener("  sl  local_address rem_address   st tx_queue", 5000));
    assertFalse(ReplicaName.isListener("", 5000));
  }
}
