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
 * A story as text: commands in, and what the parties tell out. One command a line; a line that
 * begins with {@code #} is a remark.
 *
 * <pre>
 *   recorders 2              before all others: how many there are; else none
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
  private boolean isSized;

  /**
   * Plays a story, and returns it with what the parties told.
   *
   * @throws IllegalArgumentException if a line is none of these commands
   * @throws AssertionError if a subscriber saw what it should not have
   */
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

  private void set(SimulatedGroup group) {
    this.group = group.delay(Duration.ofMillis(1)).trace(line -> told.append(line).append('\n'));
  }

  private void resize(int recorders, int subscribers) {
    if (isSized) {
      throw new IllegalArgumentException("recorders and subscribers come before all others");
    }
    this.recorders = recorders;
    this.subscribers = subscribers;
    set(SimulatedGroup.of(subscribers).recorders(recorders));
  }

  private void obey(String line, List<String> words) {
    String command = words.getFirst();
    isSized |= !command.equals("recorders") && !command.equals("subscribers");
    switch (command) {
      case "recorders" -> resize(number(words, 1), subscribers);
      case "subscribers" -> resize(recorders, number(words, 1));
      case "acks" -> group.acks(number(words, 1), 1000);
      case "store" -> group.storeBytes(number(words, 1));
      case "window" -> group.subscriberSettings(window(number(words, 1), number(words, 2)));
      case "forgetful" -> group.durablePublisher(false);
      case "publish" -> group.publish(number(words, 1));
      case "subscriber" -> group.addSubscriber(start(words));
      case "end" -> group.end();
      case "run" -> group.run(Duration.ofMillis(number(words, 1)));
      case "idle" -> group.runUntilIdle();
      case "drop" -> group.dropNext(word(words, 1), number(words, 2));
      case "cut" -> group.cutOff(word(words, 1), true);
      case "join" -> group.cutOff(word(words, 1), false);
      case "crash" -> group.crash(word(words, 1));
      case "restart" -> group.restart(word(words, 1));
      case "wipe" -> group.wipe(word(words, 1));
      case "pause" -> group.subscriber(index(word(words, 1))).pause();
      case "resume" -> group.subscriber(index(word(words, 1))).resume();
      case "stranger" -> group.inject(word(words, 1), packet(words));
      case "stranger-end" -> group.inject(word(words, 1), end(words));
      case "noise" -> noise(words);
      default -> throw new IllegalArgumentException("no such command: " + line);
    }
  }

  private static String word(List<String> words, int i) {
    if (i >= words.size()) {
      throw new IllegalArgumentException("a word is missing: " + String.join(" ", words));
    }
    return words.get(i);
  }

  private static int number(List<String> words, int i) {
    try {
      return Integer.parseInt(word(words, i));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a number in: " + String.join(" ", words), e);
    }
  }

  private static int index(String name) {
    return Integer.parseInt(name.substring(name.indexOf('-') + 1));
  }

  private static SubscriberSettings window(int messages, int replayed) {
    return new SubscriberSettings(messages, 1 << 18, 16, replayed, 4, 60_000_000_000L, false);
  }

  private Start start(List<String> words) {
    Optional<Session> session = Optional.of(group.session());
    return word(words, 1).equals("live")
        ? new Start.Live(session)
        : new Start.At(session, number(words, 2));
  }

  private static byte[] packet(List<String> words) {
    ByteBuffer packet = ByteBuffer.allocate(1472);
    var writer = new DownstreamWriter(new Session(word(words, 2)));
    writer.begin(packet, number(words, 3));
    for (String text : words.subList(4, words.size())) {
      writer.add(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }
    return Arrays.copyOf(packet.array(), packet.position());
  }

  private static byte[] end(List<String> words) {
    ByteBuffer packet = ByteBuffer.allocate(1472);
    var writer = new DownstreamWriter(new Session(word(words, 2)));
    writer.begin(packet, number(words, 3));
    writer.endSession();
    return Arrays.copyOf(packet.array(), packet.position());
  }

  private void noise(List<String> words) {
    byte[] bytes = words.size() > 3 ? HexFormat.of().parseHex(words.get(3)) : new byte[0];
    group.injectTo(
        word(words, 1),
        Channel.valueOf(word(words, 2).toUpperCase(Locale.ROOT)),
        "stranger",
        bytes);
  }
}
