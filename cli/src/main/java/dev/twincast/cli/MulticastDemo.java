package dev.twincast.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The demo's second part: a sender, and receivers that stay, leave early and join late. */
final class MulticastDemo {
  private static final int USUAL_PORT = 5007;

  /** What one round of {@code send} sends: the lab's JSON and its blob. */
  private static final List<String> ROUND = List.of("json", "binary");

  /** A receiver, and what it heard in each of the two rounds, against what it was a member for. */
  private record Member(
      String who,
      String role,
      List<String> first,
      List<String> second,
      boolean inFirst,
      boolean inSecond) {
    boolean isGood() {
      return first.equals(inFirst ? ROUND : List.of())
          && second.equals(inSecond ? ROUND : List.of());
    }
  }

  private final Stage stage;
  private final List<Member> members = new ArrayList<>();

  MulticastDemo(Stage stage) {
    this.stage = stage;
  }

  void run() throws IOException, InterruptedException {
    try (DemoPort port = DemoPort.udp(USUAL_PORT);
        DemoPort sourcePort = DemoPort.udp(0)) {
      run(port.number(), sourcePort.number());
    }
  }

  private void run(int port, int sourcePort) throws IOException, InterruptedException {
    if (port != USUAL_PORT) {
      stage.say("UDP port " + USUAL_PORT + " is taken; using " + port);
    }
    String group = "224.1.1.1:" + port + "%" + Loopback.interfaceName();
    stage.narrate(
        "MULTICAST over UDP: one sender, and every member of the group gets each message. Watch\n"
            + "receiver-2, which leaves before the second round, and receiver-3, which joins"
            + " after\n"
            + "the first: nobody tells it what it missed.");

    Actor stays = stage.start("receiver-1", "receive", group);
    Actor leaves = stage.start("receiver-2", "receive", group);
    stays.await("joined", 1);
    leaves.await("joined", 1);
    stage.start("sender", "send", group, "--source-port", "" + sourcePort).awaitSummary();
    stays.await("message", ROUND.size());
    leaves.await("message", ROUND.size());
    leaves.stop();

    Actor late = stage.start("receiver-3", "receive", group);
    late.await("joined", 1);
    stage.start("sender", "send", group, "--source-port", "" + sourcePort).awaitSummary();
    stays.await("message", 2 * ROUND.size());
    late.await("message", ROUND.size());
    stays.stop();
    late.stop();

    List<String> heard = kinds(stays);
    members.add(
        new Member(
            "receiver-1",
            "stays",
            heard.subList(0, ROUND.size()),
            heard.subList(ROUND.size(), heard.size()),
            true,
            true));
    members.add(new Member("receiver-2", "leaves", kinds(leaves), List.of(), true, false));
    members.add(new Member("receiver-3", "joins late", List.of(), kinds(late), false, true));
  }

  private static List<String> kinds(Actor receiver) {
    return receiver.events("message").stream().map(message -> message.text("kind")).toList();
  }

  int expected() {
    return (int) members.stream().mapToLong(m -> (m.inFirst ? 1 : 0) + (m.inSecond ? 1 : 0)).sum()
        * ROUND.size();
  }

  int received() {
    return members.stream().mapToInt(m -> m.first.size() + m.second.size()).sum();
  }

  boolean isGood() {
    return members.stream().allMatch(Member::isGood);
  }

  String table() {
    StringBuilder table =
        new StringBuilder(
            "%-26s%-21s%s\n".formatted("multicast: who received", "round 1", "round 2"));
    for (Member member : members) {
      table.append(
          "  %-24s%-21s%s\n"
              .formatted(
                  member.who + " (" + member.role + ")",
                  shown(member.first),
                  shown(member.second)));
    }
    return table.toString();
  }

  private static String shown(List<String> kinds) {
    return kinds.isEmpty()
        ? "-"
        : kinds.stream()
            .map(kind -> kind.equals("json") ? "JSON" : kind.equals("binary") ? "blob" : kind)
            .collect(Collectors.joining(", "));
  }
}
