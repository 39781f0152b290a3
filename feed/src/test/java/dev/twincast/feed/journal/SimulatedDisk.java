package dev.twincast.feed.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * A disk in memory that fails as real ones do. When power is lost, what was forced is there; of the
 * rest any part may be: writes in any order, sectors of a write, the beginning of a sector, and in
 * place of what did not get there zeros or what a deleted file had there. When only the process is
 * killed, all that it has written is there, up to any byte of its last write.
 */
final class SimulatedDisk implements Disk {
  private static final int SECTOR = 512;

  /** The process ends here: every operation throws it, until {@link #restart}. */
  static final class Halt extends RuntimeException {
    private static final long serialVersionUID = 1;

    Halt() {
      super("halt", null, false, false);
    }
  }

  /** What was done to a file, or to the names, since it was forced. */
  private sealed interface Change {
    record Write(int position, ByteBuffer bytes) implements Change {}

    record Length(int bytes) implements Change {}
  }

  /** Names to be taken away, and one to be given; both at once. */
  private record NameChange(List<String> taken, List<String> given, Content content) {}

  /** A file's bytes: as programs see them, and as they survive the loss of power. */
  private static final class Content {
    byte[] seen = new byte[0];
    byte[] stable = new byte[0];
    final List<Change> unforced = new ArrayList<>();

    void apply(Change change) {
      seen = applied(seen, change);
      unforced.add(change);
    }

    void force() {
      stable = seen.clone();
      unforced.clear();
    }
  }

  private static byte[] applied(byte[] bytes, Change change) {
    return switch (change) {
      case Change.Length(int length) -> Arrays.copyOf(bytes, length);
      case Change.Write(int position, ByteBuffer written) -> {
        int end = position + written.remaining();
        byte[] result = Arrays.copyOf(bytes, Math.max(bytes.length, end));
        written.get(0, result, position, written.remaining());
        yield result;
      }
    };
  }

  private final Random random;
  private Map<String, Content> names = new HashMap<>();
  private Map<String, Content> stableNames = new HashMap<>();
  private final List<NameChange> unforcedNames = new ArrayList<>();
  private final List<byte[]> deleted = new ArrayList<>();
  private long operationsLeft = Long.MAX_VALUE;
  private boolean halted;
  private long bytesLeft = Long.MAX_VALUE;
  private boolean failsToForce;
  private int forces;

  SimulatedDisk(long seed) {
    random = new Random(seed);
  }

  /** Halts in the middle of an operation that changes something, after this many whole ones. */
  void haltAfter(long operations) {
    operationsLeft = operations;
  }

  /** Lets this many more bytes be written. */
  void limit(long bytes) {
    bytesLeft = bytes;
  }

  /** From now on forces fail, and what was to be forced is lost. */
  void failForces() {
    failsToForce = true;
  }

  /** Of files, so far. */
  int forces() {
    return forces;
  }

  /** Changes the lowest bit of a byte, as programs see it and for good. */
  void rot(String name, int position) {
    Content content = content(name);
    content.seen[position] ^= 1;
    content.force();
  }

  byte[] bytes(String name) {
    return content(name).seen.clone();
  }

  private Content content(String name) {
    return Objects.requireNonNull(names.get(name), name);
  }

  /** Goes on after a halt; what was written is still there. */
  void restart() {
    halted = false;
    operationsLeft = Long.MAX_VALUE;
  }

  /** Goes on after a loss of power. */
  void losePower() {
    restart();
    for (NameChange change : unforcedNames) {
      if (random.nextBoolean()) {
        applyTo(stableNames, change);
      }
    }
    unforcedNames.clear();
    names = new HashMap<>(stableNames);
    double kept = random.nextInt(5) / 4.0;
    boolean inOrder = random.nextBoolean();
    for (Content content : names.values()) {
      content.seen = inOrder ? beginningOf(content) : someOf(content, kept);
      content.force();
    }
  }

  private static void applyTo(Map<String, Content> names, NameChange change) {
    change.taken().forEach(names::remove);
    change.given().forEach(name -> names.put(name, change.content()));
  }

  /** All changes up to one, and of that one a part. */
  private byte[] beginningOf(Content content) {
    byte[] bytes = content.stable;
    int whole = random.nextInt(content.unforced.size() + 1);
    for (int i = 0; i < whole; i++) {
      bytes = applied(bytes, content.unforced.get(i));
    }
    if (whole < content.unforced.size()
        && content.unforced.get(whole) instanceof Change.Write(int position, ByteBuffer written)) {
      bytes = applied(bytes, new Change.Write(position, beginningOf(written)));
    }
    return bytes;
  }

  private ByteBuffer beginningOf(ByteBuffer written) {
    return written.slice(0, random.nextInt(written.limit() + 1));
  }

  /** Any of the changes, and of writes any sectors. */
  private byte[] someOf(Content content, double kept) {
    byte[] bytes = content.stable;
    for (Change change : content.unforced) {
      if (change instanceof Change.Write(int position, ByteBuffer written)) {
        for (int from = 0; from < written.limit(); ) {
          int to = Math.min(written.limit(), from + SECTOR - (position + from) % SECTOR);
          bytes = someOfSector(bytes, position + from, written.slice(from, to - from), kept);
          from = to;
        }
      } else if (random.nextDouble() < kept) {
        bytes = applied(bytes, change);
      }
    }
    return bytes;
  }

  private byte[] someOfSector(byte[] bytes, int position, ByteBuffer written, double kept) {
    if (random.nextDouble() < kept) {
      return applied(bytes, new Change.Write(position, written));
    }
    return switch (random.nextInt(4)) {
      case 0 -> applied(bytes, new Change.Write(position, beginningOf(written)));
      case 1 -> applied(bytes, new Change.Write(position, stale(position, written.limit())));
      default -> bytes;
    };
  }

  /** What a file that was deleted had at this place. */
  private ByteBuffer stale(int position, int length) {
    if (deleted.isEmpty()) {
      return ByteBuffer.allocate(0);
    }
    byte[] file = deleted.get(random.nextInt(deleted.size()));
    int from = Math.min(position, file.length);
    return ByteBuffer.wrap(file).slice(from, Math.min(length, file.length - from));
  }

  private void begin() {
    if (halted || operationsLeft-- <= 0) {
      halted = true;
      throw new Halt();
    }
  }

  @Override
  public List<String> list() {
    return List.copyOf(names.keySet());
  }

  @Override
  public DiskFile create(String name, int lengthBytes) {
    begin();
    Content content = names.get(name);
    if (content == null) {
      content = new Content();
      change(new NameChange(List.of(), List.of(name), content));
    } else {
      content.apply(new Change.Length(0));
    }
    content.apply(new Change.Length(lengthBytes));
    return new SimulatedFile(content);
  }

  private void change(NameChange change) {
    applyTo(names, change);
    unforcedNames.add(change);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    Content content = names.get(name);
    if (content == null) {
      throw new NoSuchFileException(name);
    }
    return new SimulatedFile(content);
  }

  @Override
  public void rename(String from, String to) {
    begin();
    Content replaced = names.get(to);
    if (replaced != null) {
      deleted.add(replaced.seen);
    }
    change(new NameChange(List.of(from), List.of(to), content(from)));
  }

  @Override
  public void delete(String name) {
    begin();
    Content content = names.get(name);
    if (content != null) {
      deleted.add(content.seen);
      change(new NameChange(List.of(name), List.of(), content));
    }
  }

  @Override
  public void forceNames() {
    begin();
    stableNames = new HashMap<>(names);
    unforcedNames.clear();
  }

  @Override
  public void close() {}

  private final class SimulatedFile implements DiskFile {
    private final Content content;
    private boolean closed;

    SimulatedFile(Content content) {
      this.content = content;
    }

    private void requireOpen() throws IOException {
      if (closed) {
        throw new IOException("closed");
      }
    }

    @Override
    public long length() {
      return content.seen.length;
    }

    @Override
    public void read(long position, ByteBuffer into) throws IOException {
      requireOpen();
      int from = (int) Math.min(position, content.seen.length);
      into.put(content.seen, from, Math.min(into.remaining(), content.seen.length - from));
    }

    @Override
    public void write(long position, ByteBuffer from) throws IOException {
      requireOpen();
      ByteBuffer written = ByteBuffer.allocate(from.remaining()).put(from).flip();
      if (!halted && operationsLeft == 0) {
        // the part that the operating system had taken when the process was killed
        content.apply(new Change.Write((int) position, beginningOf(written)));
      }
      begin();
      int room = (int) Math.min(written.limit(), bytesLeft);
      content.apply(new Change.Write((int) position, written.slice(0, room)));
      bytesLeft -= room;
      if (room < written.limit()) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    public void truncate(long lengthBytes) throws IOException {
      requireOpen();
      begin();
      if (lengthBytes < content.seen.length) {
        content.apply(new Change.Length((int) lengthBytes));
      }
    }

    @Override
    public void force() throws IOException {
      requireOpen();
      begin();
      forces++;
      if (failsToForce) {
        throw new IOException("Input/output error");
      }
      content.force();
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
