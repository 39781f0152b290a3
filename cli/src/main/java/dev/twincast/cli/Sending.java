package dev.twincast.cli;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The messages of one {@code send} command on their way. */
final class Sending {
  private final Outlet outlet;
  private final Output out;
  private long messages;
  private long bytes;

  Sending(Outlet outlet, Output out) {
    this.outlet = outlet;
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
    InputLines lines =
        new InputLines(in, outlet.maxMessageBytes(), "send it in pieces, or by: publish FILE");
    for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
      send(Payload.of(line.get()));
    }
  }

  private void send(Payload payload) throws IOException, InterruptedException {
    if (outlet.send(payload.bytes())) {
      messages++;
      bytes += payload.bytes().length;
      out.emit(payload.describe(Event.of("sent")));
    }
  }

  Event summary() {
    return Event.summary("send")
        .with("messages", messages)
        .with("bytes", bytes)
        .with("dropped", outlet.dropped());
  }
}
