package dev.twincast.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "2, 2000", "2s, 2000", "100ms, 100", "1.5m, 90000", "1h, 3600000"})
  void readsDurations(String text, long millis) {
    assertEquals(Duration.ofMillis(millis), Quantities.duration(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1s", "1 fortnight", "1e9", "9999999999h", "1%"})
  void refusesWhatIsNoDuration(String text) {
    assertThrows(IllegalArgumentException.class, () -> Quantities.duration(text));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1024, 1024", "64K, 65536", "4M, 4194304", "1g, 1073741824"})
  void readsSizes(String text, int bytes) {
    assertEquals(bytes, Quantities.bytes(text));
  }

  @Test
  void refusesASizeThatNoArrayHas() {
    assertThrows(IllegalArgumentException.class, () -> Quantities.bytes("4G"));
  }

  @Test
  void readsRatesAndPercentages() {
    assertEquals(100, Quantities.perSecond("100/s"));
    assertEquals(2000, Quantities.perSecond("2k/s"));
    assertEquals(new Rate(100, Rate.Unit.DATAGRAMS), Rate.parse("100"));
    assertEquals(new Rate(10_000_000, Rate.Unit.BITS), Rate.parse("10Mbit/s"));
    assertThrows(IllegalArgumentException.class, () -> Rate.parse("0.5/s"));
    assertThrows(IllegalArgumentException.class, () -> Rate.parse("10MB/s"));
    assertEquals(5, Quantities.percent("5%"));
    assertThrows(IllegalArgumentException.class, () -> Quantities.percent("101"));
  }
}
