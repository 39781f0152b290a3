package dev.twincast.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.twincast.multicast.ReceivedDatagram;
import dev.twincast.multicast.measure.NumberedHeader;
import dev.twincast.multicast.measure.StreamQuality;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The numbered streams that one way of receiving has heard, by their senders. Thread-safe. */
final class Measured {
  /** A flood of senders shall not bloat us; further ones are counted, not measured. */
  private static final int MAX_STREAMS = 1000;

  private static final class Stream {
    final StreamQuality quality = new StreamQuality();
    boolean ended;
  }

  // all guarded by this
  private final Map<InetSocketAddress, Stream> streams = new LinkedHashMap<>();
  private long datagrams;
  private long bytes;
  private long unnumbered;
  private long lastHeard = System.nanoTime();

  synchronized void onDatagram(ReceivedDatagram datagram) {
    lastHeard = datagram.arrivalNanos();
    Optional<NumberedHeader> header = NumberedHeader.read(datagram.payload());
    if (header.isEmpty()) {
      unnumbered++; // a stranger, who will never say that it is done
      return;
    }
    Stream stream = streams.get(datagram.source());
    if (stream == null && streams.size() < MAX_STREAMS) {
      stream = new Stream();
      streams.put(datagram.source(), stream);
    }
    if (stream == null) {
      unnumbered++;
    } else if (header.get().isLast()) {
      stream.quality.onEnd(header.get().number());
      stream.ended = true;
    } else {
      datagrams++;
      bytes += datagram.size();
      stream.ended = false;
      stream.quality.onDatagram(
          header.get().number(),
          TimeUnit.MICROSECONDS.toNanos(header.get().sentMicros()),
          datagram.arrivalNanos());
    }
  }

  synchronized long datagrams() {
    return datagrams;
  }

  synchronized long lastHeard() {
    return lastHeard;
  }

  /** Whether there was a sender, and all that there were have said that they are done. */
  synchronized boolean hasEnded() {
    return !streams.isEmpty() && streams.values().stream().allMatch(stream -> stream.ended);
  }

  /** Of all numbered datagrams that were sent to us, as far as we can know. */
  synchronized double lossPercent() {
    long lost = sum(StreamQuality.Report::lost);
    long received = sum(StreamQuality.Report::received);
    return received + lost == 0 ? 0 : 100.0 * lost / (received + lost);
  }

  private interface Count {
    long of(StreamQuality.Report report);
  }

  private long sum(Count count) {
    return streams.values().stream().mapToLong(s -> count.of(s.quality.report())).sum();
  }

  /** Adds the counts over all senders to an event. */
  synchronized Event describe(Event event) {
    return event
        .with("messages", datagrams)
        .with("bytes", bytes)
        .with("sources", streams.size())
        .with("lost", sum(StreamQuality.Report::lost))
        .with("duplicates", sum(StreamQuality.Report::duplicates))
        .with("reordered", sum(StreamQuality.Report::reordered))
        .with("late", sum(StreamQuality.Report::late))
        .with("unnumbered", unnumbered);
  }

  /** Each sender's account: {@code streams} of the summary. */
  synchronized JsonArray streams() {
    JsonArray array = new JsonArray();
    streams.forEach((source, stream) -> {
      StreamQuality.Report report = stream.quality.report();
      JsonObject one = new JsonObject();
      one.addProperty("source", HostPort.of(source));
      one.addProperty("received", report.received());
      one.addProperty("lost", report.lost());
      one.addProperty("duplicates", report.duplicates());
      one.addProperty("reordered", report.reordered());
      one.addProperty("late", report.late());
      one.addProperty("restarts", report.restarts());
      one.addProperty("jitterMillis", Latencies.toMillis(report.jitterNanos()));
      one.addProperty("delaySpreadMillis", Latencies.toMillis(report.delaySpreadNanos()));
      array.add(one);
    });
    return array;
  }
}
