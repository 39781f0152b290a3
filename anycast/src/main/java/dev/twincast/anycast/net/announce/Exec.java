package dev.twincast.anycast.net.announce;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs other programs, each within a time, and keeps the beginning of what they say. */
final class Exec {
  private static final int MAX_OUTPUT_BYTES = 64 << 10;

  private Exec() {}

  /**
   * How a program ended.
   *
   * @param exitCode 0 is good
   * @param output of both streams, at most 64 KiB
   */
  record Result(int exitCode, String output) {}

  /**
   * Runs a program to its end.
   *
   * @throws SocketTimeoutException if it did not end in time; it and its children are killed then
   */
  static Result run(List<String> command, long timeoutNanos) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      CompletableFuture<String> output = new CompletableFuture<>();
      Thread.ofVirtual().name("twincast-output").start(() -> collect(process, output));
      if (!process.waitFor(timeoutNanos, TimeUnit.NANOSECONDS)) {
        throw new SocketTimeoutException(
            "%s: not finished within %d ms"
                .formatted(command.getLast(), TimeUnit.NANOSECONDS.toMillis(timeoutNanos)));
      }
      // A child that it left behind may keep the pipe open; what has come by now will do.
      String text = output.completeOnTimeout("", 100, TimeUnit.MILLISECONDS).join();
      return new Result(process.exitValue(), text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while running " + command.getFirst());
    } finally {
      if (process.isAlive()) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }

  private static void collect(Process process, CompletableFuture<String> output) {
    try (InputStream in = process.getInputStream()) {
      output.complete(new String(in.readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8));
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException killed) {
      output.complete("");
    }
  }
}
