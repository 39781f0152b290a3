package dev.twincast.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines of results, ours and iperf's, and what a trial makes of them. */
class ValuesTest {

  @Test
  void readsALineOfResults() {
    Values values = Values.parse(" sent=12  measured=10 mode=gso \n");
    assertEquals(12, values.number("sent"));
    assertEquals("gso", values.text("mode"));
  }

  @Test
  void refusesAnythingElse() {
    assertThrows(IllegalArgumentException.class, () -> Values.parse("sent=12 oops"));
    assertThrows(IllegalArgumentException.class, () -> Values.parse("sent=12").number("cpu"));
  }

  @Test
  void rateAndDeliveryAreThoseOfTheWorstReceiver() {
    Values sender = Values.parse("sent=100 measured=80 nanos=1000000000 cpu=8000");
    Values quick = Values.parse("received=100 measured=80 nanos=1000000000 cpu=1600 p50=3000");
    Values slow = Values.parse("received=90 measured=70 nanos=1000000000 cpu=2800 p50=5000");
    var outcome = new Trial.Outcome(sender, List.of(quick, slow));
    assertEquals(70, outcome.rate());
    assertEquals(0.9, outcome.delivered());
    assertEquals(5, outcome.latency("p50"));
    assertEquals(100, outcome.senderNanos());
    assertEquals(30, outcome.receiverNanos());
  }

  @Test
  void withoutReceiversTheRateIsTheSenders() {
    Values sender = Values.parse("sent=100 measured=80 nanos=500000000 cpu=8000");
    assertEquals(160, new Trial.Outcome(sender, List.of()).rate());
  }

  @Test
  void readsTheReportOfIperf() {
    var report =
        ScaleTable.Report.parse(
            "19700101000000,10.77.0.1,38014,239.1.2.3,5001,1,0.0-2.0,6479820,25915599,0.001,5866,107113,5.476,0\n");
    assertEquals(new ScaleTable.Report(5_866, 107_113), report);
    assertEquals(101_247, report.got());
  }
}
