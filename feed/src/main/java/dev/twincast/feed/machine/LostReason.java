package dev.twincast.feed.machine;

/** Why messages are lost. */
public enum LostReason {
  /** Every recorder answered that it does not keep them, or no longer. */
  NOT_KEPT("no recorder keeps it"),
  /** For as long as the settings say, no recorder that might keep them answered. */
  UNREACHABLE("no recorder that might keep it answers");

  private final String text;

  LostReason(String text) {
    this.text = text;
  }

  /** As a person reads it. */
  public String text() {
    return text;
  }
}
