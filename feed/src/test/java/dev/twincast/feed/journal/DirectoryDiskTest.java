package dev.twincast.feed.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryDiskTest {
  @TempDir Path temporary;

  @Test
  void keepsFilesOfAGivenLength() throws IOException {
    try (Disk disk = DirectoryDisk.open(temporary.resolve("new/journal"))) {
      try (DiskFile file = disk.create("x", 100)) {
        assertEquals(100, file.length());
        file.write(98, ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
        file.force();
        disk.forceNames();
      }
      try (DiskFile file = disk.open("x")) {
        ByteBuffer read = ByteBuffer.allocate(10);
        file.read(97, read);
        assertEquals(ByteBuffer.wrap(new byte[] {0, 1, 2, 3, 4}), read.flip());
        file.truncate(99);
        assertEquals(99, file.length());
      }
      disk.create("x", 10).close();
      assertEquals(List.of("x"), disk.list());
      disk.create("y", 20).close();
      disk.rename("y", "x");
      assertEquals(List.of("x"), disk.list());
      try (DiskFile file = disk.open("x")) {
        assertEquals(20, file.length());
      }
      disk.delete("x");
      disk.delete("x");
      assertEquals(List.of(), disk.list());
    }
  }

  @Test
  void anInterruptDisturbsNothingAndStaysPending() throws IOException {
    try (Disk disk = DirectoryDisk.open(temporary);
        DiskFile file = disk.create("x", 100)) {
      Thread.currentThread().interrupt();
      file.write(0, ByteBuffer.wrap(new byte[] {1}));
      file.force();
      ByteBuffer read = ByteBuffer.allocate(1);
      file.read(0, read);
      assertEquals(1, read.get(0));
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void aDirectoryIsOneJournalsAtATime() throws IOException {
    Path journal = temporary.resolve("journal");
    Disk disk = DirectoryDisk.open(journal);
    IOException refusal = assertThrows(IOException.class, () -> DirectoryDisk.open(journal));
    assertTrue(refusal.toString().contains("in use by this process"), refusal.toString());
    disk.close();
    disk.close();
    DirectoryDisk.open(journal).close();
  }

  @Test
  void aSecondProcessIsToldWhoHasItAndWhatToDo() throws Exception {
    try (Journal journal = Journal.open(temporary, JournalSettings.DEFAULTS)) {
      // A refusal in this process must not let the lock go.
      assertThrows(
          IOException.class, () -> Journal.open(temporary, JournalSettings.DEFAULTS).close());
      Process second =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  "target/classes" + File.pathSeparator + "target/test-classes",
                  AppendUnderLoad.class.getName(),
                  temporary.toString(),
                  "never")
              .redirectErrorStream(true)
              .start();
      String said = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(1, second.waitFor());
      assertTrue(said.contains("in use by process " + ProcessHandle.current().pid()), said);
      assertTrue(said.contains("--journal DIR"), said);
      assertEquals(1, journal.next("a"));
    }
  }

  @Test
  void aFileInPlaceOfTheDirectoryIsRefused() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));

    assertThrows(IOException.class, () -> DirectoryDisk.open(file));
  }
}
