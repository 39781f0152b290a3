package dev.twincast.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.twincast.feed.files.FolderReceiver.Progress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FilesComingTest {
  private static final long SECOND = 1_000_000_000;
  private static final long START = Long.MAX_VALUE - SECOND; // a clock may begin anywhere

  private final FilesComing coming = new FilesComing();

  private Optional<String> line(long after, Progress... files) {
    return coming.line(START + after, List.of(files), 7);
  }

  @Test
  void tellsHowFarAFileIsHowFastItComesAndHowLongItTakes() {
    assertEquals(Optional.empty(), line(0, new Progress("a", 1_000_000, 9_000_000)));
    assertEquals(
        Optional.of("a: 33 %, 1.0 MB/s, 7 repaired, 6 s left"),
        line(2 * SECOND, new Progress("a", 3_000_000, 9_000_000)));
    assertEquals(
        Optional.empty(), line(2 * SECOND + 1000, new Progress("a", 3_000_000, 9_000_000)));
  }

  @Test
  void tellsThatNothingComes() {
    line(0, new Progress("a", 0, 100));
    assertEquals(
        Optional.of("a: 0 %, 0.0 MB/s, 7 repaired, waiting for more"),
        line(SECOND, new Progress("a", 0, 100)));
  }

  @Test
  void tellsOfSeveralTogether() {
    line(0, new Progress("a", 0, 1_000_000), new Progress("b", 0, 3_000_000));
    assertEquals(
        Optional.of("2 files: 25 %, 1.0 MB/s, 7 repaired, 3 s left"),
        line(SECOND, new Progress("a", 0, 1_000_000), new Progress("b", 1_000_000, 3_000_000)));
  }

  @Test
  void tellsNothingWhenNoFileIsComing() {
    line(0, new Progress("a", 0, 100));
    assertEquals(Optional.empty(), line(SECOND));
  }
}
