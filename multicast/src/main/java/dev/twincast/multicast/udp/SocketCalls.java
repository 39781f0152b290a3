package dev.twincast.multicast.udp;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * System calls with a descriptor and a pointer to memory, and options by them; what the kernel
 * refuses is thrown. May be used by one thread at a time, as {@link Libc}.
 */
final class SocketCalls {
  private final Descriptor descriptor;
  private final Libc libc;

  SocketCalls(Descriptor descriptor, Libc libc) {
    this.descriptor = descriptor;
    this.libc = libc;
  }

  void set(int level, int name, int value) throws IOException {
    set(level, name, OffHeap.allocate(Integer.BYTES).putInt(0, value));
  }

  void set(int level, int name, ByteBuffer value) throws IOException {
    make(value, (fd, pointer) -> libc.setsockopt(fd, level, name, pointer, value.limit()));
  }

  ByteBuffer get(int level, int name, int bytes) throws IOException {
    return ask(bytes, (fd, value, length) -> libc.getsockopt(fd, level, name, value, length));
  }

  /** A question whose answer has this length at most; the kernel is told so, and tells its own. */
  ByteBuffer ask(int bytes, Question question) throws IOException {
    ByteBuffer answer = OffHeap.allocate(bytes + Integer.BYTES).putInt(bytes, bytes);
    make(answer, (fd, pointer) -> question.ask(fd, pointer, pointer + bytes));
    return answer;
  }

  void make(ByteBuffer memory, Call call) throws IOException {
    int fd = descriptor.enter();
    try {
      int result = call.on(fd, OffHeap.addressOf(memory));
      if (result < 0) {
        throw Errors.of(-result);
      }
    } finally {
      Reference.reachabilityFence(memory);
      descriptor.leave();
    }
  }

  /** Returns what the system call does: less than zero is an error's negated number. */
  interface Call {
    int on(int fd, long pointer);
  }

  /** As {@link Call}; the length is an int that the kernel reads and writes. */
  interface Question {
    int ask(int fd, long answer, long length);
  }
}
