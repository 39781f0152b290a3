package dev.twincast.cli;

import dev.twincast.multicast.Group;
import dev.twincast.multicast.MulticastSender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code send}: plain multicast. A message is sent exactly as given, one datagram each. */
final class SendCommand implements Command {
  private static final String STANDARD_INPUT = "-";
  private static final String LAB_JSON = "{\"sensor\": \"temp\", \"value\": 23.5}";
  private static final int LAB_BLOB_BYTES = 1024;

  @Override
  public Syntax syntax() {
    return Syntax.of("send", "sends messages to every receiver of a group")
        .example("send", "the lab's two messages, a JSON and a binary blob, to " + Groups.DEFAULT)
        .example("send 239.1.2.3:6000 hello '{\"n\": 1}'", "two messages to a group")
        .example("send --count 3 --interval 100ms hello", "the same three times")
        .example("send - < /etc/hostname", "each line of standard input")
        .operands("[GROUP:PORT[%IFACE]] [MESSAGE ...]")
        .option("file", "PATH", "", "send the file's content; may be repeated")
        .option("binary", "BYTES", "", "send a binary blob of this size")
        .option("count", "N", "1", "send all of it so many times; 0: until stopped")
        .option("interval", "DURATION", "1s", "from one time to the next")
        .option("rate", "N/s", "", "at most so many messages in a second")
        .option("ttl", "N", "1", "how many hops it may go, 0 to 255")
        .option("interface", "IFACE", "", "send from here (default: as the kernel routes)")
        .option("source-port", "PORT", "0", "local port; 0: any free one")
        .flagOnByDefault("loopback", "receivers on this host shall not hear it");
  }

  @Override
  public int run(Arguments arguments, Output out, Stop stop)
      throws IOException, InterruptedException {
    List<String> messages = new ArrayList<>(arguments.operands());
    Group group =
        !messages.isEmpty() && Group.looksLikeAddress(messages.getFirst())
            ? Groups.parse(messages.removeFirst())
            : Groups.DEFAULT;
    boolean standardInput = messages.removeIf(STANDARD_INPUT::equals);
    long count = arguments.number("count", 0, Long.MAX_VALUE);
    if (standardInput && count != 1) {
      throw new UsageException("standard input can be read only once: leave out --count");
    }
    try (MulticastSender sender = open(group, arguments)) {
      List<Payload> payloads = payloads(messages, arguments, sender.maxMessageBytes());
      if (payloads.isEmpty() && !standardInput) {
        payloads = List.of(Payload.of(LAB_JSON), blob(LAB_BLOB_BYTES));
      }
      Sending sending = new Sending(sender, arguments.optionalPerSecond("rate"), out);
      boolean done = false;
      try {
        sending.repeat(payloads, count, arguments.duration("interval"));
        if (standardInput) {
          sending.lines(System.in);
        }
        done = true;
      } catch (InterruptedException | IOException e) {
        // A signal interrupts the thread, and an interrupt during a send closes the channel.
        if (!stop.isRequested()) {
          throw e;
        }
      }
      out.emit(sending.summary());
      return done || count == 0 ? ExitCode.OK : stop.exitCode();
    }
  }

  private static MulticastSender open(Group group, Arguments arguments) throws IOException {
    MulticastSender.Builder builder =
        MulticastSender.builder(group)
            .ttl((int) arguments.number("ttl", 0, 255))
            .loopback(arguments.flag("loopback"))
            .sourcePort(arguments.port("source-port"));
    if (arguments.isSet("interface")) {
      builder.networkInterface(Groups.networkInterface(arguments));
    }
    return builder.open();
  }

  /** Everything that is known before the first is sent, so that bad input costs nothing. */
  private static List<Payload> payloads(List<String> messages, Arguments arguments, int maxBytes)
      throws IOException {
    List<Payload> payloads = new ArrayList<>();
    for (String message : messages) {
      payloads.add(Payload.of(message));
    }
    for (String file : arguments.list("file")) {
      payloads.add(file(Path.of(file), maxBytes));
    }
    if (arguments.isSet("binary")) {
      payloads.add(blob(Math.min(arguments.bytes("binary"), maxBytes + 1)));
    }
    for (Payload payload : payloads) {
      if (payload.bytes().length > maxBytes) {
        throw new UsageException("a message is longer than a datagram's " + maxBytes + " bytes");
      }
    }
    return payloads;
  }

  private static Payload file(Path file, int maxBytes) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return Payload.of(in.readNBytes(maxBytes + 1));
    } catch (NoSuchFileException e) {
      throw new UsageException("--file: there is no file " + file);
    }
  }

  /** The bytes 0, 1, 2 … 255, again and again. */
  private static Payload blob(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return Payload.of(bytes);
  }
}
