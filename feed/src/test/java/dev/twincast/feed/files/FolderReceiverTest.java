package dev.twincast.feed.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderReceiverTest {
  private static final int MESSAGE_BYTES = 400;
  private static final String SESSION = "s/1";

  @TempDir Path temporary;
  private Path folder;
  private Path outbox;
  private final Random random = new Random(1);

  @BeforeEach
  void makeFolders() throws IOException {
    folder = temporary.resolve("in");
    outbox = Files.createDirectory(temporary.resolve("out"));
  }

  private FolderReceiver open() throws IOException {
    return FolderReceiver.open(folder, SESSION, Long.MAX_VALUE);
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private List<ByteBuffer> messages(String name, byte[] content) throws IOException {
    Path file = Files.write(outbox.resolve(name), content);
    List<ByteBuffer> messages = new ArrayList<>();
    try (FileSource source = FileSource.open(file, MESSAGE_BYTES, random)) {
      ByteBuffer out = ByteBuffer.allocate(MESSAGE_BYTES);
      while (source.next(out)) {
        messages.add(out.flip());
        out = ByteBuffer.allocate(MESSAGE_BYTES);
      }
      assertEquals(content.length, source.sentBytes());
    }
    return messages;
  }

  private static List<FileEvent> give(FolderReceiver receiver, List<ByteBuffer> messages)
      throws IOException {
    List<FileEvent> events = new ArrayList<>();
    for (ByteBuffer message : messages) {
      events.addAll(receiver.onMessage(message));
      assertEquals(0, message.position());
    }
    return events;
  }

  private static <T extends FileEvent> T only(Class<T> type, List<FileEvent> events) {
    List<FileEvent> found = events.stream().filter(type::isInstance).toList();
    assertEquals(1, found.size(), events.toString());
    return type.cast(found.getFirst());
  }

  /** What can be seen in the folder. */
  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(".twincast"))
          .sorted()
          .toList();
    }
  }

  private long hidden() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(".twincast"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  private static FileMessage.Manifest manifest(long id, long size, String name) {
    return new FileMessage.Manifest(id, size, 100, "0".repeat(64), name);
  }

  private static ByteBuffer message(FileMessage.Manifest manifest) {
    ByteBuffer out = ByteBuffer.allocate(400);
    manifest.put(out);
    return out.flip();
  }

  @Test
  void filesOfAnySizeArriveAsTheyWere() throws IOException {
    try (FolderReceiver receiver = open()) {
      for (int size : new int[] {0, 1, 379, 380, 381, 760, 100_000, 300_001}) {
        byte[] content = bytes(size);
        var received =
            only(FileEvent.Received.class, give(receiver, messages("file" + size, content)));
        assertArrayEquals(content, Files.readAllBytes(received.path()));
        assertEquals(folder.toRealPath(), received.path().getParent());
        assertFalse(received.wasThere());
      }
      assertEquals(0, hidden());
      assertEquals(List.of(), receiver.progress());
    }
  }

  @Test
  void nothingIsSeenOfAFileBeforeItIsWhole() throws IOException {
    List<ByteBuffer> messages = messages("a", bytes(1_000));
    FolderReceiver receiver = open();
    give(receiver, messages.subList(0, messages.size() - 1));

    assertEquals(List.of(), names());
    assertEquals(List.of(new FolderReceiver.Progress("a", 760, 1_000)), receiver.progress());
    give(receiver, messages.subList(messages.size() - 1, messages.size()));
    assertEquals(List.of("a"), names());
  }

  @Test
  void severalFilesMayComeAtTheSameTimeBetweenPlainMessages() throws IOException {
    List<List<ByteBuffer>> queues = new ArrayList<>();
    List<byte[]> contents = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      contents.add(bytes(random.nextInt(20_000)));
      queues.add(new ArrayList<>(messages("file" + i, contents.get(i))));
    }
    try (FolderReceiver receiver = open()) {
      for (int left = 10; left > 0; ) {
        List<ByteBuffer> queue = queues.get(random.nextInt(10));
        if (!queue.isEmpty()) {
          receiver.onMessage(queue.removeFirst());
          left -= queue.isEmpty() ? 1 : 0;
        }
        assertEquals(List.of(), receiver.onMessage(ByteBuffer.wrap(bytes(random.nextInt(30)))));
      }
    }
    for (int i = 0; i < 10; i++) {
      assertArrayEquals(contents.get(i), Files.readAllBytes(folder.resolve("file" + i)));
    }
  }

  @Test
  void aFileThatIsThereIsNeverOverwritten() throws IOException {
    byte[] first = bytes(1_000);
    byte[] second = bytes(1_000);
    try (FolderReceiver receiver = open()) {
      give(receiver, messages("a.b.txt", first));
      give(receiver, messages("a.b.txt", second));
      give(receiver, messages("a.b.txt", bytes(999)));
      var again = only(FileEvent.Received.class, give(receiver, messages("a.b.txt", second)));
      assertTrue(again.wasThere());
      assertEquals("a.b (2).txt", again.path().getFileName().toString());
    }
    assertEquals(List.of("a.b (2).txt", "a.b (3).txt", "a.b.txt"), names());
    assertArrayEquals(first, Files.readAllBytes(folder.resolve("a.b.txt")));
    assertArrayEquals(second, Files.readAllBytes(folder.resolve("a.b (2).txt")));
  }

  @Test
  void goesOnAfterARestartAtAnyMessage() throws IOException {
    List<ByteBuffer> all = new ArrayList<>();
    byte[] one = bytes(200_000);
    byte[] two = bytes(4_000);
    List<ByteBuffer> ones = messages("one", one);
    List<ByteBuffer> twos = messages("two", two);
    for (int i = 0; i < ones.size(); i++) {
      all.add(ones.get(i));
      if (i < twos.size()) {
        all.add(twos.get(i));
      }
    }
    for (long seed = 0; seed < 60; seed++) {
      Random restarts = new Random(seed);
      folder = temporary.resolve("in" + seed);
      TreeSet<String> received = new TreeSet<>();
      FolderReceiver receiver = open();
      for (int next = 0; next < all.size(); next++) {
        for (FileEvent event : receiver.onMessage(all.get(next))) {
          if (event instanceof FileEvent.Received file) {
            received.add(file.name());
          } else {
            assertInstanceOf(FileEvent.Started.class, event, "seed " + seed);
          }
        }
        if (restarts.nextInt(60) == 0) {
          receiver.checkpoint(next + 1);
        }
        if (restarts.nextInt(100) == 0) {
          if (restarts.nextBoolean()) {
            receiver.close(); // else as if it had been killed
          }
          receiver = open();
          next = (int) receiver.position() - 1;
        }
      }
      assertEquals(List.of("one", "two"), List.copyOf(received), "seed " + seed);
      assertEquals(List.of("one", "two"), names(), "seed " + seed);
      assertArrayEquals(one, Files.readAllBytes(folder.resolve("one")), "seed " + seed);
      assertArrayEquals(two, Files.readAllBytes(folder.resolve("two")), "seed " + seed);
    }
  }

  @Test
  void aPartThatWasCutOffAnywhereIsResumed() throws IOException {
    byte[] content = bytes(2_000);
    List<ByteBuffer> messages = messages("a", content);
    for (int length = 0; length <= 1_140; length += 57) {
      folder = temporary.resolve("in" + length);
      FolderReceiver receiver = open();
      give(receiver, messages.subList(0, 4)); // 3 chunks of 380 bytes
      receiver.close();
      try (Stream<Path> files = Files.walk(folder)) {
        Path part = files.filter(file -> file.toString().endsWith(".part")).findFirst().get();
        byte[] whole = Files.readAllBytes(part);
        Files.write(part, Arrays.copyOf(whole, Math.min(whole.length, length)));
      }
      FolderReceiver again = open();
      give(again, messages);
      assertArrayEquals(content, Files.readAllBytes(folder.resolve("a")), "cut at " + length);
    }
  }

  @Test
  void aWrongHashIsNoFile() throws IOException {
    List<ByteBuffer> messages = messages("a", bytes(1_000));
    messages.get(2).put(100, (byte) ~messages.get(2).get(100));
    try (FolderReceiver receiver = open()) {
      var failed = only(FileEvent.Failed.class, give(receiver, messages));
      assertTrue(failed.reason().contains("hash"), failed.reason());
    }
    assertEquals(List.of(), names());
    assertEquals(0, hidden());
  }

  @Test
  void aMissingChunkOrTheEndOfTheSessionFailsAFile() throws IOException {
    List<ByteBuffer> messages = messages("a", bytes(1_000));
    try (FolderReceiver receiver = open()) {
      messages.remove(2);
      var failed = only(FileEvent.Failed.class, give(receiver, messages));
      assertEquals("chunk 1 of 3 is missing", failed.reason());

      give(receiver, messages("b", bytes(1_000)).subList(0, 2));
      only(FileEvent.Failed.class, receiver.end());
      assertEquals(0, hidden());
    }
  }

  @Test
  void isCompleteWhenEveryFileOfWhichAnythingCameHasItsName() throws IOException {
    List<ByteBuffer> first = messages("a", bytes(1_000));
    List<ByteBuffer> second = messages("b", bytes(1_000));
    try (FolderReceiver receiver = open()) {
      assertTrue(receiver.isComplete());
      give(receiver, first.subList(0, 1));
      assertFalse(receiver.isComplete());
      give(receiver, first.subList(1, first.size()));
      assertTrue(receiver.isComplete());
      give(receiver, second.subList(1, second.size())); // joined late: its manifest is missing
      assertFalse(receiver.isComplete());
    }
  }

  @Test
  void isNotCompleteWhenAFileIsRefusedOrFails() throws IOException {
    try (FolderReceiver receiver = open()) {
      give(receiver, List.of(message(manifest(1, 10, "../a"))));
      assertFalse(receiver.isComplete());
    }
    List<ByteBuffer> messages = messages("a", bytes(1_000));
    try (FolderReceiver receiver = open()) {
      give(receiver, messages.subList(0, 2));
      receiver.end();
      assertFalse(receiver.isComplete());
    }
  }

  @Test
  void hostileManifestsWriteNothingOutsideTheFolder() throws IOException {
    Path victim = Files.writeString(temporary.resolve("victim"), "mine");
    Files.createDirectories(folder);
    Files.createSymbolicLink(folder.resolve("link"), victim);
    Files.createSymbolicLink(folder.resolve("dangling"), temporary.resolve("new"));
    String[] parts = {
      "..",
      ".",
      "/",
      "\\",
      "victim",
      "link",
      "dangling",
      "\0",
      "con",
      ":",
      " ",
      "a",
      "é",
      "\u202e",
      ".twincast",
      "x".repeat(100),
      temporary.toString()
    };
    try (FolderReceiver receiver = open()) {
      for (int i = 0; i < 2_000; i++) {
        StringBuilder name = new StringBuilder();
        for (int count = 1 + random.nextInt(4); count > 0 && name.length() < 100; count--) {
          name.append(parts[random.nextInt(parts.length)]);
        }
        byte[] raw = name.toString().getBytes(StandardCharsets.UTF_8);
        if (raw.length > 255) {
          continue;
        }
        // of an empty content, so that it is whole at once
        String sha = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        ByteBuffer message = ByteBuffer.allocate(400);
        new FileMessage.Manifest(random.nextLong(), 0, 1, sha, name.toString()).put(message);
        if (random.nextInt(4) == 0) {
          message.put(random.nextInt(message.position()), (byte) random.nextInt());
        }
        for (FileEvent event : receiver.onMessage(message.flip())) {
          assertFalse(event.name().chars().anyMatch(Character::isISOControl));
        }
      }
    }
    assertEquals("mine", Files.readString(victim));
    try (Stream<Path> files = Files.list(temporary)) {
      assertEquals(
          List.of("in", "out", "victim"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
    try (Stream<Path> files = Files.walk(folder)) {
      assertTrue(files.allMatch(file -> folder.relativize(file).getNameCount() <= 3));
    }
    assertTrue(names().contains("link (2)"), names().toString());
  }

  @Test
  void anyMessagesInAnyOrderNeitherThrowNorPileUp() throws IOException {
    try (FolderReceiver receiver = open()) {
      for (int i = 0; i < 5_000; i++) {
        ByteBuffer message = ByteBuffer.allocate(400);
        if (random.nextInt(3) == 0) {
          manifest(random.nextInt(100), random.nextInt(1_000), "f" + random.nextInt(5))
              .put(message);
        } else {
          FileMessage.Chunk.putHeader(message, random.nextInt(100), random.nextInt(12) - 1);
          message.put(new byte[random.nextInt(3) == 0 ? random.nextInt(200) : 100]);
        }
        receiver.onMessage(message.flip());
        assertTrue(receiver.progress().size() <= 32);
      }
      assertTrue(hidden() <= 64);
    }
    assertEquals(List.of(), names(), "no hash was right, but of empty files");
  }

  @Test
  void whatIsTooLargeIsRefused() throws IOException {
    try (FolderReceiver receiver = FolderReceiver.open(folder, SESSION, 1_000)) {
      var refused =
          only(FileEvent.Refused.class, receiver.onMessage(message(manifest(1, 1_001, "a"))));
      assertEquals("it is larger than 1000 bytes", refused.reason());
      only(FileEvent.Started.class, receiver.onMessage(message(manifest(2, 1_000, "a"))));
    }
    try (FolderReceiver receiver = open()) {
      var refused =
          only(
              FileEvent.Refused.class,
              receiver.onMessage(message(manifest(3, 100L * Integer.MAX_VALUE, "a"))));
      assertTrue(refused.reason().contains("there is room for"), refused.reason());
    }
  }

  @Test
  void aLinkInPlaceOfItsOwnDirectoryIsRefused() throws IOException {
    Files.createDirectories(folder);
    Files.createSymbolicLink(folder.resolve(".twincast"), outbox);

    assertThrows(IOException.class, this::open);
  }

  @Test
  void aFileThatChangesWhileItIsSentIsNotSentWhole() throws IOException {
    Path file = Files.write(outbox.resolve("a"), bytes(300_000));
    try (FileSource source = FileSource.open(file, MESSAGE_BYTES, random)) {
      Files.write(file, bytes(300_000));
      IOException changed = assertThrows(IOException.class, () -> sendAll(source));
      assertTrue(changed.toString().contains("changed"), changed.toString());
    }
    try (FileSource source = FileSource.open(file, MESSAGE_BYTES, random)) {
      Files.write(file, bytes(1_000));
      assertThrows(IOException.class, () -> sendAll(source));
    }
  }

  private static void sendAll(FileSource source) throws IOException {
    while (source.next(ByteBuffer.allocate(MESSAGE_BYTES))) {
      // until it ends
    }
  }

  @Test
  void whatCannotBeSentIsRefusedAtOnce() throws IOException {
    Path hidden = Files.createFile(outbox.resolve(".hidden"));

    assertThrows(IOException.class, () -> FileSource.open(hidden, MESSAGE_BYTES, random));
    assertThrows(IOException.class, () -> FileSource.open(outbox, MESSAGE_BYTES, random));
    assertThrows(
        IOException.class, () -> FileSource.open(outbox.resolve("none"), MESSAGE_BYTES, random));
    assertThrows(IllegalArgumentException.class, () -> FileSource.open(hidden, 200, random));
  }
}
