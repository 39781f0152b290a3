package dev.twincast.feed.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, which every Java has. */
final class Sha256 {
  private Sha256() {}

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** In 64 small hexadecimal digits; the digest begins anew. */
  static String text(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Adds the first bytes of a file, fewer if it is shorter. */
  static void add(MessageDigest digest, Path file, long bytes) throws IOException {
    byte[] block = new byte[64 * 1024];
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      long left = bytes;
      while (left > 0) {
        int count = in.read(block, 0, (int) Math.min(block.length, left));
        if (count < 0) {
          return;
        }
        digest.update(block, 0, count);
        left -= count;
      }
    }
  }
}
