package dev.twincast.feed.machine;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Messages that follow one another, are known to exist, and are not here. */
final class Gap {
  long from;
  long end;

  /** When it was seen. */
  final long seenAt;

  /** When it is to be asked for, again if {@code attempts} is above 0. */
  long due;

  /** How often it was asked for in vain or with too little success. */
  int attempts;

  /** How often the publisher, asked as the last resort, was. */
  int publisherAttempts;

  /** Who was asked last, and when; null: nobody, or nobody of whom an answer is still awaited. */
  @Nullable InetSocketAddress asked;

  long askedAt;

  /** Whether the first answer tells a round-trip time: it was asked for once, and none came yet. */
  boolean isTimed;

  Gap(long from, long end, long seenAt, long due) {
    this.from = from;
    this.end = end;
    this.seenAt = seenAt;
    this.due = due;
  }

  /** The part from this number on, which was asked for as the whole was. */
  Gap tail(long from) {
    Gap tail = new Gap(from, end, seenAt, due);
    tail.attempts = attempts;
    tail.publisherAttempts = publisherAttempts;
    tail.asked = asked;
    tail.askedAt = askedAt;
    return tail;
  }

  /** How many messages of it are asked for. */
  long underWay() {
    return attempts > 0 ? end - from : 0;
  }
}
