package dev.twincast.cli;

import dev.twincast.multicast.Group;
import dev.twincast.multicast.measure.NumberedHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code send}: plain multicast. A message is sent exactly as given, one datagram each. */
final class SendCommand implements Command {
  private static final String STANDARD_INPUT = "-";
  private static final String LAB_JSON = "{\"sensor\": \"temp\", \"value\": 23.5}";
  private static final int LAB_BLOB_BYTES = 1024;

  /** As iperf 2: with its headers it fits into an Ethernet frame. */
  private static final int DEFAULT_NUMBERED_BYTES = 1470;

  @Override
  public Syntax syntax() {
    return Syntax.of("send", "sends messages to every receiver of a group")
        .example("send", "the lab's two messages, a JSON and a binary blob, to " + Groups.DEFAULT)
        .example("send 239.1.2.3:6000 hello '{\"n\": 1}'", "two messages to a group")
        .example("send --count 3 --interval 100ms hello", "the same three times")
        .example("send - < /etc/hostname", "each line of standard input")
        .example(
            "receive --numbered & sleep 1; PROGRAM send --number --count 1000 --rate 500/s; wait"
                + " $!",
            "how many of a thousand datagrams were lost, doubled, reordered?")
        .operands("[GROUP:PORT[%IFACE]] [MESSAGE ...]")
        .option("file", "PATH", "", "send the file's content; may be repeated")
        .option("binary", "BYTES", "", "send a binary blob of this size")
        .option("count", "N", "1", "send all of it so many times; 0: until stopped")
        .option("interval", "DURATION", "1s", "from one time to the next")
        .option("rate", "N/s", "", "at most so many datagrams in a second, or 10Mbit/s")
        .flag("number", "numbered datagrams, to measure loss: as iperf 2 sends them")
        .option("also", "HOST:PORT", "", "with --number: the same by unicast, as a control")
        .option("unicast", "HOST:PORT", "", "instead of a group, to each of these; with commas")
        .option("ttl", "N", "1", "how many hops it may go, 0 to 255")
        .option("interface", "IFACE", "", "send from here (default: as the kernel routes)")
        .option("source-port", "PORT", "0", "local port; 0: any free one")
        .flagOnByDefault("offload", "the kernel shall not cut datagrams out of larger ones")
        .flagOnByDefault("loopback", "receivers on this host shall not hear it");
  }

  @Override
  public int run(Arguments arguments, Output out, Stop stop)
      throws IOException, InterruptedException {
    Groups.configurePorts(arguments);
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
    if (arguments.flag("number")) {
      if (!messages.isEmpty() || standardInput || arguments.isSet("file")) {
        throw new UsageException("--number sends datagrams that only count: give --binary BYTES");
      }
      return sendNumbered(group, count, arguments, out, stop);
    }
    Groups.preferPortablePort();
    if (arguments.isSet("also")) {
      throw new UsageException("--also goes with --number");
    }
    try (Outlet outlet = outlet(group, arguments, out)) {
      List<Payload> payloads = payloads(messages, arguments, outlet.maxMessageBytes());
      if (payloads.isEmpty() && !standardInput) {
        payloads = List.of(Payload.of(LAB_JSON), blob(LAB_BLOB_BYTES));
      }
      List<Payload> fixed = payloads;
      Sending sending = new Sending(outlet, out);
      boolean done =
          runUntilStopped(
              stop,
              () -> {
                sending.repeat(fixed, count, arguments.duration("interval"));
                if (standardInput) {
                  sending.lines(System.in);
                }
              });
      out.emit(sending.summary());
      return exitCode(done, count, outlet.dropped(), stop);
    }
  }

  private static int exitCode(boolean done, long count, long dropped, Stop stop) {
    if (done && dropped > 0) {
      return ExitCode.OUTSIDE_LIMIT;
    }
    return done || count == 0 ? ExitCode.OK : stop.exitCode();
  }

  private static int sendNumbered(
      Group group, long count, Arguments arguments, Output out, Stop stop)
      throws IOException, InterruptedException {
    int bytes = arguments.isSet("binary") ? arguments.bytes("binary") : DEFAULT_NUMBERED_BYTES;
    if (bytes < NumberedHeader.MIN_DATAGRAM_BYTES || bytes > Outlet.MAX_IPV4_BYTES) {
      throw new UsageException(
          "--binary: a numbered datagram has %d to %d bytes"
              .formatted(NumberedHeader.MIN_DATAGRAM_BYTES, Outlet.MAX_IPV4_BYTES));
    }
    List<Outlet> outlets = new ArrayList<>();
    try {
      outlets.add(outlet(group, arguments, out));
      if (arguments.isSet("also")) {
        outlets.add(Outlet.each(arguments.list("also"), Optional.empty(), out));
      }
      NumberedSending sending = new NumberedSending(outlets, bytes, arguments.optionalRate("rate"));
      boolean done = runUntilStopped(stop, () -> sending.run(count));
      out.emit(sending.summary());
      return exitCode(done, count, sending.dropped(), stop);
    } finally {
      outlets.forEach(Outlet::close);
    }
  }

  private static Outlet outlet(Group group, Arguments arguments, Output out) throws IOException {
    return arguments.isSet("unicast")
        ? Outlet.each(arguments.list("unicast"), arguments.optionalRate("rate"), out)
        : Outlet.group(group, arguments, out);
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  /** Whether the work was done; false if a signal ended it. */
  private static boolean runUntilStopped(Stop stop, Work work)
      throws IOException, InterruptedException {
    try {
      work.run();
      return true;
    } catch (InterruptedException | IOException e) {
      // A signal interrupts the thread, and an interrupt during a send closes the channel.
      if (!stop.isRequested()) {
        throw e;
      }
      return false;
    }
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
