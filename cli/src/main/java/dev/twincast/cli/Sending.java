package dev.twincast.cli;

import dev.twincast.multicast.MulticastSender;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/** The messages of one {@code send} command on their way, at no more than the rate asked for. */
final class Sending {
  private final MulticastSender sender;
  private final long gapNanos;
  private final Output out;
  private long earliestNext = System.nanoTime();
  private long messages;
  private long bytes;

  Sending(MulticastSender sender, OptionalDouble perSecond, Output out) {
    this.sender = sender;
    this.gapNanos = perSecond.isPresent() ? (long) (1e9 / perSecond.getAsDouble()) : 0;
    this.out = out;
  }

  /** Sends all payloads {@code count} times, or without end if it is 0. */
  void repeat(List<Payload> payloads, long count, Duration interval)
      throws IOException, InterruptedException {
    for (long time = 0; count == 0 || time < count; time++) {
      if (time > 0) {
        Thread.sleep(interval);
      }
      for (Payload payload : payloads) {
        send(payload);
      }
    }
  }

  /** Sends each line, without its line feed, as it comes. */
  void lines(InputStream in) throws IOException, InterruptedException {
    InputLines lines = new InputLines(in, sender.maxMessageBytes());
    for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
      send(Payload.of(line.get()));
    }
  }

  private void send(Payload payload) throws IOException, InterruptedException {
    long now = System.nanoTime();
    if (earliestNext - now > 0) {
      TimeUnit.NANOSECONDS.sleep(earliestNext - now);
    }
    earliestNext = Math.max(earliestNext, now - gapNanos) + gapNanos;
    sender.send(payload.bytes());
    messages++;
    bytes += payload.bytes().length;
    out.emit(payload.describe(Event.of("sent")));
  }

  Event summary() {
    return Event.summary("send").with("messages", messages).with("bytes", bytes);
  }
}
