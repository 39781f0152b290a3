package dev.twincast.anycast;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;

/**
 * What goes to a replica: a number, the length of what is asked for, a check sum, and bytes at
 * random. The answer follows from it.
 */
final class Question {
  private static final int HEADER_BYTES = 16;
  final byte[] bytes;
  final byte[] answer;

  Question(long number, Random random) {
    bytes = new byte[HEADER_BYTES + size(random)];
    random.nextBytes(bytes);
    ByteBuffer header = ByteBuffer.wrap(bytes).putLong(number).putInt(size(random));
    header.putInt(sum(bytes));
    answer = answerTo(bytes);
  }

  private static int size(Random random) {
    return switch (random.nextInt(20)) {
      case 0 -> random.nextInt(400_000);
      case 1, 2, 3, 4 -> random.nextInt(20_000);
      default -> random.nextInt(300);
    };
  }

  static boolean isWhole(byte[] request) {
    return request.length >= HEADER_BYTES && ByteBuffer.wrap(request).getInt(12) == sum(request);
  }

  /** Number and check sum of the request, and bytes that follow from them. */
  static byte[] answerTo(byte[] request) {
    ByteBuffer in = ByteBuffer.wrap(request);
    byte[] reply = new byte[HEADER_BYTES + Math.clamp(in.getInt(8), 0, 400_000)];
    new Random(in.getLong(0)).nextBytes(reply);
    ByteBuffer.wrap(reply).putLong(in.getLong(0)).putInt(sum(request));
    return reply;
  }

  /** Of everything but its own place. */
  private static int sum(byte[] request) {
    var sum = new CRC32C();
    sum.update(request, 0, 12);
    sum.update(request, HEADER_BYTES, request.length - HEADER_BYTES);
    return (int) sum.getValue();
  }
}
