package dev.twincast.feed.mold;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers as they stand on the wire, whatever the buffer's order is set to. */
final class BigEndian {
  private BigEndian() {}

  /** Unsigned. */
  static int shortAt(ByteBuffer in, int index) {
    short value = in.getShort(index);
    return (isSetOn(in) ? value : Short.reverseBytes(value)) & 0xFFFF;
  }

  static long longAt(ByteBuffer in, int index) {
    long value = in.getLong(index);
    return isSetOn(in) ? value : Long.reverseBytes(value);
  }

  private static boolean isSetOn(ByteBuffer in) {
    return in.order() == ByteOrder.BIG_ENDIAN;
  }
}
