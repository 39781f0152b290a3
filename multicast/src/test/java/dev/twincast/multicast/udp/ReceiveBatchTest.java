package dev.twincast.multicast.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceiveBatchTest {
  private static final InetSocketAddress SOURCE =
      new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 5000);

  private final ReceiveBatch batch =
      new ReceiveBatch(
          ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7}),
          ByteBuffer.wrap(new byte[] {8, 9, 10}));

  @Test
  void whatWasGluedTogetherIsCutAgain() {
    batch.begin(17);
    batch.add(0, 7, 3, SOURCE, 2, false);
    batch.add(1, 2, 0, SOURCE, 2, true);
    assertEquals(List.of(List.of(1, 2, 3), List.of(4, 5, 6), List.of(7), List.of(8, 9)), all());
    assertEquals(17, batch.arrivalNanos());
    assertEquals(1, batch.truncated());
    assertFalse(batch.next());
  }

  @Test
  void onlyTheLastIsTheLast() {
    batch.begin(0);
    batch.add(0, 7, 4, SOURCE, 2, false);
    batch.add(1, 2, 0, SOURCE, 2, false);
    List<Boolean> last = new ArrayList<>();
    while (batch.next()) {
      last.add(batch.isLast());
    }
    assertEquals(List.of(false, false, true), last);
  }

  @Test
  void anEmptyDatagramIsOneToo() {
    batch.begin(0);
    batch.add(0, 0, 0, SOURCE, 2, false);
    batch.add(1, 0, 0, SOURCE, 2, false);
    assertEquals(List.of(List.of(), List.of()), all());
  }

  @Test
  void slotsMayBeLeftOut() {
    batch.begin(0);
    batch.add(1, 3, 0, SOURCE, 2, false);
    assertEquals(List.of(List.of(8, 9, 10)), all());
  }

  @Test
  void isEmptyAtFirstAndAfterEachBeginning() {
    assertFalse(batch.next());
    batch.begin(0);
    batch.add(0, 7, 2, SOURCE, 2, false);
    assertTrue(batch.next());
    batch.begin(1);
    assertFalse(batch.next());
  }

  @Test
  void aViewIsReadOnlyAndSetAnewWithEachCall() {
    batch.begin(0);
    batch.add(0, 7, 3, SOURCE, 4, false);
    assertTrue(batch.next());
    assertTrue(batch.next());
    assertTrue(batch.payload().isReadOnly());
    batch.payload().clear();
    assertEquals(ByteBuffer.wrap(new byte[] {4, 5, 6}), batch.payload());
    assertEquals(3, batch.size());
    assertEquals(4, batch.interfaceIndex());
    assertEquals(SOURCE, batch.source());
  }

  private List<List<Integer>> all() {
    List<List<Integer>> datagrams = new ArrayList<>();
    while (batch.next()) {
      List<Integer> bytes = new ArrayList<>();
      for (ByteBuffer payload = batch.payload(); payload.hasRemaining(); ) {
        bytes.add((int) payload.get());
      }
      datagrams.add(bytes);
    }
    return datagrams;
  }
}
