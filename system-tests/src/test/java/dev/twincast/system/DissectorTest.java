package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the feed puts on the wire, as Wireshark's dissectors of MoldUDP64 and SoupBinTCP read it:
 * all that a recorder sees which loses a part of what is published, and then replays it.
 */
@Needs({Tool.NAMESPACES, Tool.TSHARK})
final class DissectorTest {
  private static final String GROUP = "239.1.2.3:5009";
  private static final String MESSAGE = "reading %04d ".repeat(15); // a packet holds seven
  private static final int MESSAGES = 700;
  private static final int END_OF_SESSION = 0xFFFF;

  @AutoClose private final Network network = Network.open();
  private final Host publisher = network.host("publisher");
  private final Host recorder = network.host("recorder");
  private final Host subscriber = network.host("subscriber");
  @TempDir private Path folder;

  @BeforeEach
  void capture() {
    for (Host host : List.of(publisher, recorder, subscriber)) {
      // Else the capture shows what the kernel cuts into datagrams on the way to real networks.
      host.run("ip link set dev eth0 gso_max_segs 1");
    }
    Program tshark =
        recorder
            .start(
                "tshark -i eth0 -w %s -f".formatted(folder.resolve("feed.pcapng")),
                "udp port 5009 or udp port 5008 or tcp port 5008")
            .await("Capture started");
    Program record =
        recorder.twincast("record --drop 20% " + GROUP).await("Joined multicast group");
    Program publish =
        publisher
            .twincast("publish --session numbers --acks 1 --linger 1s " + GROUP)
            .write(lines())
            .closeInput();
    assertEquals(0, publish.exitCode(), publish::toString);
    Program replayed =
        subscriber.twincast(
            "subscribe --session numbers --from 1 --count %d --recorder %s %s"
                .formatted(MESSAGES, recorder.ipv4(), GROUP));
    assertEquals(0, replayed.exitCode(), replayed::toString);
    record.signal("TERM").exitCode();
    tshark.signal("INT").exitCode();
  }

  private static String lines() {
    return IntStream.rangeClosed(1, MESSAGES)
        .mapToObj(i -> message(i) + "\n")
        .collect(Collectors.joining());
  }

  private static String message(int i) {
    return MESSAGE.formatted(Collections.nCopies(15, i).toArray());
  }

  /** A line for each packet that passes the filter: these fields, with tabs between them. */
  private List<List<String>> read(String filter, String... fields) {
    return tshark("-T fields -e " + String.join(" -e ", fields), filter).stream()
        .map(line -> List.of(line.split("\t", -1)))
        .toList();
  }

  private List<String> tshark(String options, String filter) {
    Program tshark =
        recorder.start(
            "tshark -n -r %s -d udp.port==5009,moldudp64 -d udp.port==5008,moldudp64 -d tcp.port==5008,soupbintcp %s -Y"
                .formatted(folder.resolve("feed.pcapng"), options),
            filter);
    assertEquals(0, tshark.exitCode(), tshark::toString);
    return tshark.out();
  }

  private static List<Long> numbers(String commaSeparated) {
    return commaSeparated.isEmpty()
        ? List.of()
        : Arrays.stream(commaSeparated.split(",")).map(Long::valueOf).toList();
  }

  private void assertNothingIsMalformed() {
    String complaints =
        "_ws.malformed || moldudp64.msglen.invalid || moldudp64.count.invalid"
            + " || moldudp64.end_of_session_extra || soupbintcp.next_seq_num.invalid"
            + " || soupbintcp.req_seq_num.invalid";
    assertEquals(List.of(), read(complaints, "frame.number", "_ws.col.Info"));
    assertEquals(List.of(), read("udp && !moldudp64", "frame.number"));
  }

  @Test
  void dissectorsReadWhatIsPublishedRequestedAndReplayed() {
    assertNothingIsMalformed();
    theGroupHearsEachNumberOnceInOrderAndThenTheEnd();
    requestsAreAnsweredWithWhatTheyAskFor();
    aReplayIsLoginAcceptedAndAllMessages();
  }

  private void theGroupHearsEachNumberOnceInOrderAndThenTheEnd() {
    long next = 1;
    boolean hasEnded = false;
    for (List<String> packet :
        read(
            "udp.dstport == 5009",
            "moldudp64.session",
            "moldudp64.sequence",
            "moldudp64.count",
            "moldudp64.msgseq")) {
      assertEquals("numbers", packet.get(0).strip());
      assertEquals(next, Long.parseLong(packet.get(1)), packet::toString);
      int count = Integer.parseInt(packet.get(2));
      hasEnded |= count == END_OF_SESSION;
      int messages = count == END_OF_SESSION ? 0 : count;
      assertFalse(hasEnded && messages > 0, packet::toString);
      List<Long> expected = new ArrayList<>();
      for (int i = 0; i < messages; i++) {
        expected.add(next++);
      }
      assertEquals(expected, numbers(packet.get(3)));
    }
    assertEquals(MESSAGES + 1, next);
    assertTrue(hasEnded);
  }

  private void requestsAreAnsweredWithWhatTheyAskFor() {
    BitSet asked = new BitSet();
    for (List<String> request :
        read("udp.dstport == 5008 && udp.length == 28", "moldudp64.sequence", "moldudp64.count")) {
      int from = Integer.parseInt(request.get(0));
      asked.set(from, Math.min(MESSAGES + 1, from + Integer.parseInt(request.get(1))));
    }
    assertFalse(asked.isEmpty(), "a fifth of what arrived was thrown away");
    BitSet answered = new BitSet();
    for (List<String> answer :
        read("udp.srcport == 5008 && udp.dstport != 5009 && moldudp64", "moldudp64.msgseq")) {
      numbers(answer.getFirst()).forEach(number -> answered.set(number.intValue()));
    }
    assertEquals(asked, answered);
  }

  private void aReplayIsLoginAcceptedAndAllMessages() {
    List<String> replay =
        tshark("-O soupbintcp", "soupbintcp && ip.addr == " + subscriber.ipv4()).stream()
            .map(String::strip)
            .toList();

    assertEquals(2, replay.stream().filter(line -> line.matches("Session: +numbers")).count());
    assertTrue(replay.contains("Requested sequence number: 1"), replay::toString);
    assertTrue(replay.contains("Next sequence number: 1"), replay::toString);
    assertEquals(
        IntStream.rangeClosed(1, MESSAGES)
            .mapToObj(i -> "Sequence number: " + i + " (Calculated)")
            .toList(),
        replay.stream()
            .filter(line -> line.startsWith("Sequence number: "))
            .limit(MESSAGES)
            .toList());
    assertFalse(replay.stream().anyMatch(line -> line.contains("Unknown")), replay::toString);
  }
}
