package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code publish}, {@code subscribe} and {@code record}, on the loopback interface. */
final class FeedTest {
  private static final String PUBLISH = " --recorder-port 0 --linger 1s --session test";

  @AutoClose private final Host machine = Host.local();
  private final String group = "239.77.1.3:" + FreePort.udp() + "%lo";
  @TempDir private Path folder;

  private Program subscribe(String options) {
    return machine.twincast("subscribe " + group + " " + options).await("Joined multicast group");
  }

  private Program publish(String options) {
    return machine.twincast("publish " + group + PUBLISH + " " + options);
  }

  private static String lines(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> i + "\n").collect(Collectors.joining());
  }

  private static List<String> numbered(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> "#" + i + " " + i).toList();
  }

  private static List<String> messages(Program subscribe) {
    return subscribe.out().stream().filter(line -> line.startsWith("#")).toList();
  }

  @Test
  void whatIsThrownAwayIsRepaired() {
    Program subscribe = subscribe("--from start --drop 20%");
    Program publish = publish("");

    publish.write(lines(3000)).closeInput();

    assertEquals(0, publish.exitCode(), publish::toString);
    assertEquals(0, subscribe.exitCode(), subscribe::toString);
    assertEquals(numbered(3000), messages(subscribe));
    subscribe
        .await("The session has ended")
        .awaitMatch("; 0 lost, .*; simulated loss of \\d+ datagrams");
  }

  @Test
  void aRecorderThatWasKilledGivesWhatIsInItsJournal() {
    String record = "record " + group + " --port 0 --journal " + folder.resolve("journal");
    Program first = machine.twincast(record).await("Joined multicast group");
    Program publish = publish("--acks 1").write(lines(500)).closeInput();
    publish.await("Published #1-500");
    assertEquals(0, publish.exitCode(), publish::toString); // acknowledged

    first.kill();
    Program second = machine.twincast(record + " --json").await("\"joined\"");
    String recorder = second.events("joined").getFirst().get("recorder").getAsString();
    Program subscribe =
        subscribe(
            "--session test --from 1 --count 500 --recorder "
                + recorder.replace("0.0.0.0", "127.0.0.1"));

    assertEquals(0, subscribe.exitCode(), subscribe::toString);
    assertEquals(numbered(500), messages(subscribe));
  }

  @Test
  void recordersAreAskedInTurn() {
    List<Program> records =
        Stream.generate(() -> machine.twincast("record " + group + " --port 0 --json"))
            .limit(2)
            .map(record -> record.await("\"joined\""))
            .toList();
    List<String> recorders =
        records.stream()
            .map(record -> record.events("joined").getFirst().get("recorder").getAsString())
            .map(address -> address.replace("0.0.0.0", "127.0.0.1"))
            .toList();
    Program subscribe =
        machine.twincast(
            "subscribe %s --from start --drop 30%% --json --policy round-robin --recorder %s"
                .formatted(group, String.join(" --recorder ", recorders)));
    subscribe.await("\"joined\"");

    Program publish = publish("");
    int[] number = {0};
    Await.until(
        "repairs by both of " + recorders,
        () -> { // one by one, so that each loss is a request
          publish.write(++number[0] + "\n");
          subscribe.await("\"number\":" + number[0] + ",");
          return repairers(subscribe).containsAll(recorders);
        });
    publish.closeInput();

    assertEquals(0, publish.exitCode(), publish::toString);
    assertEquals(0, subscribe.exitCode(), subscribe::toString);
  }

  private static Set<String> repairers(Program subscribe) {
    return subscribe.events("repaired").stream()
        .map(repaired -> repaired.get("by").getAsString())
        .collect(Collectors.toSet());
  }

  private static byte[] content() {
    byte[] content = new byte[3_000_000];
    new Random(1).nextBytes(content);
    return content;
  }

  @Test
  void aFileArrivesAsItWas() throws IOException {
    byte[] content = content();
    Path file = Files.write(folder.resolve("blob.bin"), content);
    Path received = folder.resolve("received");
    Program subscribe = subscribe("--from start --drop 5% --output " + received);

    Program publish = publish(file.toString());

    assertEquals(0, publish.exitCode(), publish::toString);
    assertEquals(0, subscribe.exitCode(), subscribe::toString);
    assertArrayEquals(content, Files.readAllBytes(received.resolve("blob.bin")));
  }

  /** The linger is longer than anybody here has patience. */
  @Test
  void aPublisherThatKnowsHowManyReceiveLeavesWhenAllHaveTheFile() throws IOException {
    byte[] content = content();
    Path file = Files.write(folder.resolve("blob.bin"), content);
    List<Path> received = List.of(folder.resolve("received-1"), folder.resolve("received-2"));
    List<Program> subscribers =
        received.stream().map(it -> subscribe("--from start --drop 5% --output " + it)).toList();

    Program publish =
        machine.twincast(
            "publish %s %s --recorder-port 0 --receivers 2 --linger 10m --json"
                .formatted(group, file));

    assertEquals(0, publish.exitCode(), publish::toString);
    assertEquals(2, publish.events("summary").getFirst().get("complete").getAsInt());
    for (Path it : received) {
      assertArrayEquals(content, Files.readAllBytes(it.resolve("blob.bin")));
    }
    for (Program subscribe : subscribers) {
      assertEquals(0, subscribe.exitCode(), subscribe::toString);
    }
  }

  @Test
  void receiversThatDoNotHaveEverythingAreSaidSo() throws IOException {
    Path file = Files.write(folder.resolve("blob.bin"), new byte[100_000]);
    Program subscribe = subscribe("--from start --output " + folder.resolve("received"));
    Program late = subscribe("--from 2 --output " + folder.resolve("late"));

    Program publish = publish("--receivers 2 " + file);

    assertEquals(4, publish.exitCode(), publish::toString);
    publish.await("only 1 of 2 receivers have everything").await("--linger");
    assertEquals(0, subscribe.exitCode(), subscribe::toString);
    assertEquals(List.of(), late.out().stream().filter(it -> it.contains("Received")).toList());
  }

  @Test
  void aFileThatWasCutOffIsToldAndGoesOnWhereItWas() throws IOException {
    byte[] content = content();
    Path file = Files.write(folder.resolve("blob.bin"), content);
    Path received = folder.resolve("received");
    Program first = subscribe("--from start --count 500 --output " + received);
    Program publish =
        machine.twincast(
            "publish %s %s --recorder-port 0 --session test --receivers 1 --linger 10m"
                .formatted(group, file));
    assertEquals(4, first.exitCode(), first::toString);
    first.await("1 file is not whole yet").await("--from 501");

    Program second = subscribe("--output " + received + " --from 501");

    assertEquals(0, second.exitCode(), second::toString);
    assertEquals(0, publish.exitCode(), publish::toString);
    assertArrayEquals(content, Files.readAllBytes(received.resolve("blob.bin")));
  }

  @Test
  void goesOnWhereItsPositionSays() {
    Path position = folder.resolve("position");
    Path journal = folder.resolve("journal");
    Program first = subscribe("--from start --position " + position);
    Program publish = publish("--journal " + journal).write(lines(10)).closeInput();
    assertEquals(0, first.exitCode(), first::toString);
    assertEquals(0, publish.exitCode(), publish::toString); // the end is told no more
    assertEquals(numbered(10), messages(first));

    Program second = subscribe("--position " + position);
    publish("--journal " + journal).write("11\n").closeInput();

    assertEquals(0, second.exitCode(), second::toString);
    assertEquals(List.of("#11 11"), messages(second));
  }

  @Test
  void aPublisherTellsWhileItRunsWhatIsAcknowledgedAndHowItGetsOn() {
    machine.twincast("record " + group + " --port 0 --json").await("\"joined\"");

    Program publish = publish("--acks 1 --stats 100ms --json").write(lines(3));
    publish.awaitMatch("\"acknowledged\".*\"to\":3");
    publish.awaitMatch("\"stats\".*\"messages\":3.*\"acknowledged\":3").closeInput();

    assertEquals(0, publish.exitCode(), publish::toString);
  }

  @Test
  void aRecorderTellsHowManyBytesItKeeps() {
    Program record = machine.twincast("record " + group + " --port 0 --stats 100ms --json");
    record.await("\"joined\"");

    publish("--acks 1").write(lines(3)).closeInput();

    record.awaitMatch("\"messages\":3,\"bytes\":[1-9]");
  }

  @Test
  void aLineThatIsTooLongIsRefusedWithAWayOutAndTheSessionEnds() {
    Program subscribe = subscribe("--from start --drop 30%");
    Program publish = publish("").write(lines(100) + "x".repeat(1451) + "\nmore\n");

    assertEquals(1, publish.exitCode(), publish::toString);
    assertTrue(publish.err().toString().contains("publish FILE"), publish::toString);
    assertEquals(0, subscribe.exitCode(), subscribe::toString);
    assertEquals(numbered(100), messages(subscribe));
  }

  @Test
  void acksThatNobodyGivesAreSaidSo() {
    Program publish = publish("--acks 1").write("a\n").closeInput();

    assertEquals(4, publish.exitCode(), publish::toString);
    assertTrue(publish.err().toString().contains("not acknowledged"), publish::toString);
  }
}
