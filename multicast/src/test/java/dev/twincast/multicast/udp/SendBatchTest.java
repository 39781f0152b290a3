package dev.twincast.multicast.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SendBatchTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7                   | 1",
        "7 7 7               | 3",
        "7 7 3               | 3", // the last may be shorter
        "7 7 3 3             | 3 1",
        "7 7 9 9 9           | 2 3",
        "3 7                 | 1 1",
        "7 0 7               | 1 1 1", // but not empty
        "0 0 0               | 1 1 1",
        "7 7 7 7 7           | 4 1", // 4 segments at most, here
        "7 7 7 7 3           | 4 1",
        "101 101 100 100 100 | 1 1 3", // none above 100 bytes, here
        "101 7               | 1 1"
      })
  void isCutIntoRunsThatTheKernelCanCut(String lengths, String runs) {
    assertEquals(numbers(runs), runsOf(numbers(lengths), 4, 100));
  }

  @Test
  void aRunIsNoLongerThanADatagram() {
    assertEquals(List.of(46, 4), runsOf(Collections.nCopies(50, 1400), 64, 1472));
    List<Integer> fullToTheBrim = new ArrayList<>(Collections.nCopies(46, 1400));
    fullToTheBrim.add(1108); // 65,508 in all
    assertEquals(List.of(46, 1), runsOf(fullToTheBrim, 64, 1472));
    fullToTheBrim.set(46, 1107);
    assertEquals(List.of(47), runsOf(fullToTheBrim, 64, 1472));
  }

  @Test
  void withoutOffloadEachDatagramIsARun() {
    assertEquals(List.of(1, 1, 1), runsOf(List.of(7, 7, 7), 1, 1472));
  }

  @Test
  void isFilledInPlaceOrByCopyAndFilledAnew() {
    var batch = new SendBatch(8, 3);
    for (int round = 0; round < 2; round++) {
      batch.claim(2).put((byte) 1).put((byte) 2);
      batch.add(ByteBuffer.wrap(new byte[] {9, 3, 4, 5, 9}).position(1).limit(4));
      assertEquals(2, batch.size());
      assertEquals(5, batch.bytes());
      assertEquals(3, batch.longest());
      assertEquals(
          ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}), batch.buffer().duplicate().limit(5));
      batch.clear();
      assertEquals(0, batch.bytes());
    }
  }

  @Test
  void isFullByBytesOrByNumber() {
    var batch = new SendBatch(8, 3);
    assertTrue(batch.fits(8));
    assertFalse(batch.fits(9));
    batch.claim(8);
    assertTrue(batch.fits(0));
    assertThrows(IllegalStateException.class, () -> batch.claim(1));
    batch.claim(0);
    batch.claim(0);
    assertFalse(batch.fits(0));
  }

  private static List<Integer> runsOf(List<Integer> lengths, int maxSegments, int maxBytes) {
    var batch = new SendBatch(1 << 17, 100);
    lengths.forEach(batch::claim);
    List<Integer> runs = new ArrayList<>();
    for (int i = 0; i < batch.size(); ) {
      int end = batch.endOfRun(i, maxSegments, maxBytes);
      runs.add(end - i);
      i = end;
    }
    return runs;
  }

  private static List<Integer> numbers(String text) {
    return Arrays.stream(text.trim().split(" +")).map(Integer::valueOf).toList();
  }
}
