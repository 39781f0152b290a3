package dev.twincast.feed.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.twincast.feed.machine.Channel;
import dev.twincast.feed.machine.Start;
import dev.twincast.feed.machine.SubscriberSettings;
import dev.twincast.feed.mold.DownstreamWriter;
import dev.twincast.feed.mold.Session;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A story as text: commands in, and what the parties tell out. One command a line; {@code #} begins
 * a remark.
 *
 * <pre>
 *   recorders 2              before the first of the others: how many there are
 *   subscribers 3
 *   acks 2                   how many recorders acknowledge
 *   store 4096               how many bytes each store holds
 *   window 64 16             messages that a subscriber holds, and more missing is replayed
 *   forgetful                a crash leaves the publisher nothing
 *   publish 3                so many messages at once
 *   subscriber live|from 1   one more
 *   end                      of the session
 *   run 50                   milliseconds pass
 *   idle                     time passes until everybody has everything
 *   drop subscriber-0 1      loses the next packets on the way there
 *   cut|join NAME            cuts it off, joins it again
 *   crash|restart|wipe NAME
 *   pause|resume NAME        its handler
 *   stranger NAME SESSION 7 TEXT…        somebody else publishes messages from number 7 on
 *   stranger-end NAME SESSION 7          or ends the session
 *   noise NAME group|serve|ask HEX       sends any bytes to one party
 * </pre>
 */
public final class Scenario {
  private final StringBuilder told = new StringBuilder();
  private SimulatedGroup group = SimulatedGroup.of(0);
  private int recorders;
  private int subscribers;

  /** Plays a story, and returns it with what the parties told. */
  public static String play(String story) {
    var scenario = new Scenario();
    try {
      for (String line : story.lines().toList()) {
        scenario.told.append(line.isBlank() || line.startsWith("#") ? line : "> " + line);
        scenario.told.append('\n');
        if (!line.isBlank() && !line.startsWith("#")) {
          scenario.obey(line, Arrays.asList(line.trim().split(" +")));
        }
      }
    } finally {
      scenario.group.close();
    }
    return scenario.told.toString();
  }

  private Scenario() {
    set(group);
  }

  private SimulatedGroup set(SimulatedGroup group) {
    this.group = group.delay(Duration.ofMillis(1)).trace(line -> told.append(line).append('\n'));
    return group;
  }

  private void obey(String line, List<String> words) {
    switch (words.getFirst()) {
      case "recorders" -> recorders = number(words, 1);
      case "subscribers" -> {
        subscribers = number(words, 1);
        set(SimulatedGroup.of(subscribers).recorders(recorders));
      }
      case "acks" -> group.acks(number(words, 1), 1000);
      case "store" -> group.storeBytes(number(words, 1));
      case "window" -> group.subscriberSettings(window(number(words, 1), number(words, 2)));
      case "forgetful" -> group.durablePublisher(false);
      case "publish" -> group.publish(number(words, 1));
      case "subscriber" -> group.addSubscriber(start(words));
      case "end" -> group.end();
      case "run" -> group.run(Duration.ofMillis(number(words, 1)));
      case "idle" -> group.runUntilIdle();
      case "drop" -> group.dropNext(words.get(1), number(words, 2));
      case "cut" -> group.cutOff(words.get(1), true);
      case "join" -> group.cutOff(words.get(1), false);
      case "crash" -> group.crash(words.get(1));
      case "restart" -> group.restart(words.get(1));
      case "wipe" -> group.wipe(words.get(1));
      case "pause" -> group.subscriber(index(words.get(1))).pause();
      case "resume" -> group.subscriber(index(words.get(1))).resume();
      case "stranger" -> group.inject(words.get(1), packet(words));
      case "stranger-end" -> group.inject(words.get(1), end(words));
      case "noise" -> noise(words);
      default -> throw new IllegalArgumentException("no such command: " + line);
    }
  }

  private static int number(List<String> words, int i) {
    return Integer.parseInt(words.get(i));
  }

  private static int index(String name) {
    return Integer.parseInt(name.substring(name.indexOf('-') + 1));
  }

  private static SubscriberSettings window(int messages, int replayed) {
    return new SubscriberSettings(messages, 1 << 18, 16, replayed, 4, 60_000_000_000L, false);
  }

  private Start start(List<String> words) {
    Optional<Session> session = Optional.of(group.session());
    return words.get(1).equals("live")
        ? new Start.Live(session)
        : new Start.At(session, number(words, 2));
  }

  private static byte[] packet(List<String> words) {
    ByteBuffer packet = ByteBuffer.allocate(1472);
    var writer = new DownstreamWriter(new Session(words.get(2)));
    writer.begin(packet, number(words, 3));
    for (String text : words.subList(4, words.size())) {
      writer.add(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }
    return Arrays.copyOf(packet.array(), packet.position());
  }

  private static byte[] end(List<String> words) {
    ByteBuffer packet = ByteBuffer.allocate(1472);
    var writer = new DownstreamWriter(new Session(words.get(2)));
    writer.begin(packet, number(words, 3));
    writer.endSession();
    return Arrays.copyOf(packet.array(), packet.position());
  }

  private void noise(List<String> words) {
    byte[] bytes = words.size() > 3 ? HexFormat.of().parseHex(words.get(3)) : new byte[0];
    group.injectTo(
        words.get(1), Channel.valueOf(words.get(2).toUpperCase(Locale.ROOT)), "stranger", bytes);
  }
}
