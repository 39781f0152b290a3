package dev.twincast.cli;

import com.google.gson.JsonObject;
import dev.twincast.feed.FeedHandler;
import dev.twincast.feed.Subscriber;
import dev.twincast.feed.SubscriberStatistics;
import dev.twincast.feed.files.FileEvent;
import dev.twincast.feed.files.FolderReceiver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What one {@code subscribe} command hears, until a limit is reached or the session ends. */
final class Subscribing implements FeedHandler {
  private static final long CHECKPOINT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long PROGRESS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final ReceiveLimits limits;
  private final Ticks ticks;
  private final long from;
  private final Optional<Path> output;
  private final Optional<Path> position;
  private final Output out;
  private final Heard heard = new Heard();
  private final CatchingUp catchingUp = new CatchingUp();
  private final FilesComing filesComing = new FilesComing();
  private final Map<String, Long> repaired = new TreeMap<>(); // guarded by itself

  // Only for the command's thread.
  private @Nullable FolderReceiver folder;
  private long messages;
  private long bytes;
  private long first;
  private long last;
  private long lost;
  private boolean hasEnded;
  private boolean hasFailedFiles;
  private long unfinishedFiles;

  Subscribing(
      ReceiveLimits limits,
      Optional<Duration> stats,
      OptionalLong from,
      Optional<Path> output,
      Optional<Path> position,
      Output out) {
    this.limits = limits;
    this.from = from.orElse(0);
    this.output = output;
    this.position = position;
    this.out = out;
    ticks = new Ticks(stats);
  }

  @Override
  public void onMessage(long number, ByteBuffer message) {
    try {
      heard.put(number, message);
    } catch (InterruptedException e) {
      throw uninterrupted(e);
    }
  }

  @Override
  public void onLost(long from, long to, String reason) {
    put(
        new Heard.Told.Lost(
            Event.of("lost").with("from", from).with("to", to).with("reason", reason)));
  }

  @Override
  public void onEnded(long next) {
    put(new Heard.Told.Ended(next));
  }

  @Override
  public void onGap(long from, long to) {
    detail(Event.of("gap").with("from", from).with("to", to));
  }

  @Override
  public void onRepaired(long from, long to, int count, InetSocketAddress by, Duration after) {
    synchronized (repaired) {
      repaired.merge(HostPort.of(by), (long) count, Long::sum);
    }
    detail(
        Event.of("repaired")
            .with("from", from)
            .with("to", to)
            .with("by", HostPort.of(by))
            .with("millis", after.toNanos() / 1e6));
  }

  @Override
  public void onReplay(long from) {
    detail(Event.of("replay").with("from", from));
  }

  @Override
  public void onWarning(String text) {
    out.emit(Event.of("warning").with("reason", text));
  }

  private void detail(Event event) {
    if (out.isJson()) {
      out.emit(event);
    } else {
      out.emitIfVerbose(event);
    }
  }

  private void put(Heard.Told told) {
    try {
      heard.put(told);
    } catch (InterruptedException e) {
      throw uninterrupted(e);
    }
  }

  private static IllegalStateException uninterrupted(InterruptedException e) {
    return new IllegalStateException("nobody interrupts this thread", e);
  }

  /** Until a limit is reached, the session ends, or the thread is interrupted. */
  void run(Subscriber subscriber) throws IOException {
    long start = System.nanoTime();
    long lastHeard = start;
    long checkpoint = start;
    try {
      while (!hasEnded && !limits.isReached(messages)) {
        long now = System.nanoTime();
        long patience = limits.patienceNanos(now, start, lastHeard);
        if (patience <= 0) {
          break;
        }
        long pause = out.showsProgress() ? PROGRESS_NANOS : CHECKPOINT_NANOS;
        long wait = Math.min(Math.min(patience, ticks.nanosLeft(now)), pause);
        Heard.Batch batch = heard.poll(TimeUnit.NANOSECONDS.toMillis(wait) + 1);
        if (batch != null) {
          lastHeard = System.nanoTime();
          take(batch, subscriber);
        }
        showProgress(subscriber);
        if (ticks.isDue(System.nanoTime())) {
          out.emit(statistics(Event.of("stats"), subscriber));
        }
        if (System.nanoTime() - checkpoint >= CHECKPOINT_NANOS) {
          checkpoint = System.nanoTime();
          store();
        }
      }
    } catch (InterruptedException stopped) {
      // sum up what there was
    }
    store();
    if (folder != null) {
      unfinishedFiles = folder.progress().size();
      folder.close();
    }
  }

  private void showProgress(Subscriber subscriber) {
    if (!out.showsProgress()) {
      return;
    }
    long now = System.nanoTime();
    long next = last == 0 ? from : last + 1;
    long repaired = subscriber.statistics().repaired();
    if (folder != null) {
      filesComing.line(now, folder.progress(), repaired).ifPresent(out::progress);
    } else if (next > 0) {
      catchingUp.line(now, next, subscriber.highest(), repaired).ifPresent(out::progress);
    }
  }

  private void take(Heard.Batch batch, Subscriber subscriber) throws IOException {
    for (int i = 0; i < batch.size() && !limits.isReached(messages); i++) {
      Heard.Told told = batch.told(i);
      if (told == null) {
        show(batch.number(i), batch.message(i), subscriber);
      } else {
        take(told, subscriber);
      }
    }
  }

  private void take(Heard.Told told, Subscriber subscriber) throws IOException {
    switch (told) {
      case Heard.Told.Lost(Event event) -> {
        lost += event.number("to") - event.number("from") + 1;
        last = event.number("to");
        out.emit(event);
      }
      case Heard.Told.Ended(long end) -> {
        hasEnded = true;
        out.emit(Event.of("end").with("next", end));
        if (folder != null) {
          for (FileEvent event : folder.end()) {
            tell(event);
          }
        }
        if (isComplete()) {
          boolean _ = subscriber.reportComplete();
        }
      }
    }
  }

  /** Whether all is dealt with that came; of a folder, that each file is in its place. */
  private boolean isComplete() {
    return output.isEmpty() || (folder != null && folder.isComplete());
  }

  private void show(long number, ByteBuffer message, Subscriber subscriber) throws IOException {
    messages++;
    bytes += message.remaining();
    first = first == 0 ? number : first;
    last = number;
    if (output.isPresent()) {
      for (FileEvent event : folder(subscriber).onMessage(message)) {
        tell(event);
      }
    } else {
      byte[] content = new byte[message.remaining()];
      message.get(content);
      out.emit(Payload.of(content).describe(Event.of("message").with("number", number)));
    }
  }

  private FolderReceiver folder(Subscriber subscriber) throws IOException {
    FolderReceiver open = folder;
    if (open == null) {
      open =
          FolderReceiver.open(
              output.orElseThrow(), subscriber.session().orElse("unknown"), Long.MAX_VALUE);
      folder = open;
    }
    return open;
  }

  private void tell(FileEvent event) {
    switch (event) {
      case FileEvent.Started it ->
          out.emit(Event.of("file").with("name", it.name()).with("bytes", it.sizeBytes()));
      case FileEvent.Received it ->
          out.emit(
              Event.of("received")
                  .with("name", it.name())
                  .with("bytes", it.sizeBytes())
                  .with("path", it.path().toString())
                  .with("wasThere", it.wasThere()));
      case FileEvent.Refused it -> failed("refused", it.name(), it.reason());
      case FileEvent.Failed it -> failed("failed", it.name(), it.reason());
    }
  }

  private void failed(String what, String name, String reason) {
    hasFailedFiles = true;
    out.emit(Event.of(what).with("name", name).with("reason", reason));
  }

  private void store() throws IOException {
    if (last == 0) {
      return;
    }
    if (folder != null) {
      folder.checkpoint(last + 1);
    }
    if (position.isPresent()) {
      Path fresh = Path.of(position.get() + ".new");
      Files.writeString(fresh, (last + 1) + "\n");
      Files.move(
          fresh,
          position.get(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Says how to go on with files of which a part has come. */
  void sayUnfinished() {
    if (unfinishedFiles > 0) {
      out.say(
          "%s not whole yet; what has come is kept (go on with --output %s --from %d)"
              .formatted(
                  unfinishedFiles == 1 ? "1 file is" : unfinishedFiles + " files are",
                  output.orElseThrow(),
                  last + 1));
    }
  }

  Event summary(Subscriber subscriber) {
    return statistics(Event.summary("subscribe"), subscriber);
  }

  private Event statistics(Event event, Subscriber subscriber) {
    SubscriberStatistics seen = subscriber.statistics();
    JsonObject by = new JsonObject();
    synchronized (repaired) {
      repaired.forEach(by::addProperty);
    }
    return event
        .with("messages", messages)
        .with("bytes", bytes)
        .with("first", first)
        .with("last", last)
        .with("live", seen.live())
        .with("repaired", by)
        .with("replayed", seen.replayed())
        .with("lost", lost)
        .with("duplicates", seen.duplicates())
        .with("kernelDrops", seen.kernelDrops())
        .with("simulatedDrops", seen.simulatedDrops());
  }

  int exitCode(Stop stop) {
    double lossPercent = lost == 0 ? 0 : 100.0 * lost / (lost + messages);
    if (hasFailedFiles || lossPercent > limits.maxLossPercent().orElse(0)) {
      return ExitCode.OUTSIDE_LIMIT;
    }
    if (unfinishedFiles > 0) {
      return stop.isRequested() ? stop.exitCode() : ExitCode.OUTSIDE_LIMIT;
    }
    return limits.exitCode(messages, stop);
  }
}
