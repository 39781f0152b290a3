package dev.twincast.feed.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** What a message of a feed means to a receiver of files. */
public sealed interface FileMessage {

  /** Bytes of a chunk's message before its data. */
  int CHUNK_HEADER_BYTES = 20;

  /** Bytes of a manifest's message before the name. */
  int MANIFEST_HEADER_BYTES = 56;

  /** A message of less than this cannot carry every manifest. */
  int MIN_MESSAGE_BYTES = MANIFEST_HEADER_BYTES + FileName.MAX_BYTES;

  /** 0xF5 is in no UTF-8 text: no line of text is taken for a file. */
  private static int magic() {
    return 0xF554_5746; // .TWF
  }

  /**
   * Announces a file, before its chunks.
   *
   * @param id tells the files of a session apart; chosen at random
   * @param sizeBytes 0 or more
   * @param chunkBytes of each chunk but the last, which has the rest; 1 to 65,535
   * @param sha256 of the whole content, in 64 small hexadecimal digits
   * @param name as {@link FileName} allows
   */
  record Manifest(long id, long sizeBytes, int chunkBytes, String sha256, String name)
      implements FileMessage {

    /** How many chunks there are; more than an index can count if the manifest is nonsense. */
    long chunks() {
      return sizeBytes / chunkBytes + (sizeBytes % chunkBytes == 0 ? 0 : 1);
    }

    /** The length that a chunk must have. */
    int lengthBytes(int index) {
      return (int) Math.min(chunkBytes, sizeBytes - (long) index * chunkBytes);
    }

    /** The length of the message. */
    int lengthBytes() {
      return MANIFEST_HEADER_BYTES + name.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Puts the message. */
    void put(ByteBuffer out) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      out.putInt(magic()).put((byte) 1).put((byte) bytes.length).putShort((short) chunkBytes);
      out.putLong(id).putLong(sizeBytes).put(HexFormat.of().parseHex(sha256)).put(bytes);
    }
  }

  /**
   * A part of a file.
   *
   * @param index from 0
   * @param data a view of the message
   */
  record Chunk(long id, int index, ByteBuffer data) implements FileMessage {

    /** Puts what comes before the data. */
    static void putHeader(ByteBuffer out, long id, int index) {
      out.putInt(magic()).putInt(2 << 24).putLong(id).putInt(index);
    }
  }

  /** Anything else: no file's. */
  record Plain() implements FileMessage {}

  /** A file's message that cannot be, and why. */
  record Broken(String reason) implements FileMessage {}

  /** Reads any bytes; the buffer's position stays as it is. */
  static FileMessage decode(ByteBuffer message) {
    ByteBuffer in = message.slice();
    if (in.remaining() < 5 || in.getInt(0) != magic()) {
      return new Plain();
    }
    return switch (in.get(4)) {
      case 1 -> decodeManifest(in);
      case 2 -> decodeChunk(in);
      default -> new Broken("message of unknown type " + (in.get(4) & 0xff));
    };
  }

  private static FileMessage decodeManifest(ByteBuffer in) {
    if (in.remaining() < MANIFEST_HEADER_BYTES
        || in.remaining() != MANIFEST_HEADER_BYTES + (in.get(5) & 0xff)) {
      return new Broken("manifest of a wrong length");
    }
    int chunkBytes = in.getShort(6) & 0xffff;
    long sizeBytes = in.getLong(16);
    if (chunkBytes == 0 || sizeBytes < 0) {
      return new Broken("manifest with a chunk of " + chunkBytes + " or a size of " + sizeBytes);
    }
    byte[] sha256 = new byte[32];
    in.get(24, sha256);
    try {
      // strict, where new String would put replacement characters
      String name =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(in.slice(MANIFEST_HEADER_BYTES, in.get(5) & 0xff))
              .toString();
      var manifest =
          new Manifest(
              in.getLong(8), sizeBytes, chunkBytes, HexFormat.of().formatHex(sha256), name);
      return manifest.chunks() > Integer.MAX_VALUE
          ? new Broken("manifest of too many chunks")
          : manifest;
    } catch (CharacterCodingException e) {
      return new Broken("manifest whose name is not UTF-8");
    }
  }

  private static FileMessage decodeChunk(ByteBuffer in) {
    if (in.remaining() <= CHUNK_HEADER_BYTES || in.getInt(16) < 0) {
      return new Broken("chunk of no data or a negative index");
    }
    ByteBuffer data = in.slice(CHUNK_HEADER_BYTES, in.remaining() - CHUNK_HEADER_BYTES);
    return new Chunk(in.getLong(8), in.getInt(16), data);
  }
}
