package dev.twincast.feed.drive;

import dev.twincast.multicast.MessageBatch;
import java.io.IOException;

/** The way to the group. */
@FunctionalInterface
public interface GroupPort {
  /** For who only listens. */
  GroupPort NONE =
      batch -> {
        throw new IOException("this party does not send to the group");
      };

  void send(MessageBatch packets) throws IOException;
}
