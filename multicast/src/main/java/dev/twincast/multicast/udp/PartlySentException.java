package dev.twincast.multicast.udp;

import java.io.IOException;
import java.io.Serial;

/** A batch was not sent to its end. Inside the library only: whoever sends gets the reason. */
public final class PartlySentException extends IOException {
  @Serial private static final long serialVersionUID = 1;

  private final IOException reason;
  private final int sent;

  PartlySentException(IOException reason, int sent) {
    super(reason);
    this.reason = reason;
    this.sent = sent;
  }

  /** Why the next one could not be sent. */
  public IOException reason() {
    return reason;
  }

  /** How many of the batch had been sent: to all addresses together, if there are several. */
  public int sent() {
    return sent;
  }
}
