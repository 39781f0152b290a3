package dev.twincast.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.twincast.anycast.Policy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoliciesTest {
  @Test
  void readsEachPolicy() {
    assertEquals(Policy.random(), Policies.parse("random"));
    assertEquals(Policy.roundRobin(), Policies.parse("round-robin"));
    assertEquals(Policy.leastLoaded(), Policies.parse("least-loaded"));
    assertEquals(Policy.hash("user:1"), Policies.parse("hash:user:1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "best", "hash:", "Random"})
  void refusesWhatIsNone(String text) {
    assertThrows(IllegalArgumentException.class, () -> Policies.parse(text));
  }
}
