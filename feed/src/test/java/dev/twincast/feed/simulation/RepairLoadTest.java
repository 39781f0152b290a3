package dev.twincast.feed.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RepairLoadTest {

  @Test
  void repairLoadAtThePublisherDoesNotGrowWithSubscribersWhereRecordersStandBesideThem() {
    int most = Integer.getInteger("twincast.curve", 100);
    boolean isToBeShown = System.getProperty("twincast.curve") != null;
    if (isToBeShown) {
      System.out.println(RepairLoad.head());
    }
    long withTen = 0;
    for (int subscribers = 10; subscribers <= most; subscribers *= 10) {
      RepairLoad alone = RepairLoad.measure(subscribers, 0);
      RepairLoad beside = RepairLoad.measure(subscribers, 3);
      if (isToBeShown) {
        System.out.println(alone.row());
        System.out.println(beside.row());
      }
      if (subscribers == 10) {
        withTen = beside.requests();
      }
      // Three recorders lose packets themselves, and ask for them; nobody else need.
      assertTrue(beside.requests() <= 2 * withTen + 20, beside.row());
      assertTrue(alone.requests() > subscribers, alone.row());
    }
  }
}
