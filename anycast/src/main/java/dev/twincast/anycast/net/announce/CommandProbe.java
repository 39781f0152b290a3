package dev.twincast.anycast.net.announce;

import dev.twincast.anycast.announce.Printable;
import java.io.IOException;
import java.util.List;

/** Well is what a command, run by {@code sh}, ends with exit code 0 for. */
public record CommandProbe(String command, long timeoutNanos) implements Probe {

  @Override
  public void run() throws IOException {
    Exec.Result result = Exec.run(List.of("sh", "-c", command), timeoutNanos);
    if (result.exitCode() != 0) {
      String said = Printable.of(result.output());
      throw new IOException(
          "the check ended with exit code "
              + result.exitCode()
              + (said.isEmpty() ? "" : ": " + said));
    }
  }
}
