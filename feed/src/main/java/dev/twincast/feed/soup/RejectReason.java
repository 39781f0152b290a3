package dev.twincast.feed.soup;

import java.util.Optional;

/** Why a login was rejected. */
public enum RejectReason {
  /** User or password are wrong. */
  NOT_AUTHORISED('A'),
  /** There is no such session. */
  NO_SESSION('S');

  final byte code;

  RejectReason(char code) {
    this.code = (byte) code;
  }

  static Optional<RejectReason> of(byte code) {
    return switch (code) {
      case 'A' -> Optional.of(NOT_AUTHORISED);
      case 'S' -> Optional.of(NO_SESSION);
      default -> Optional.empty();
    };
  }
}
