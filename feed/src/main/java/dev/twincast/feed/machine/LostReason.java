package dev.twincast.feed.machine;

/** Why messages are lost. */
public enum LostReason {
  /** Every recorder answered that it does not keep them, or no longer. */
  NOT_KEPT,
  /** For as long as the settings say, no recorder that might keep them answered. */
  UNREACHABLE
}
