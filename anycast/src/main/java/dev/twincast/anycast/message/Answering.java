package dev.twincast.anycast.message;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Where a conversation's requests go. In its thread. */
public interface Answering {

  /**
   * Takes a request.
   *
   * @param request good until this returns
   * @return the reply, good until the next call of anybody; or null: later, by {@link #poll}
   */
  @Nullable ByteBuffer answer(ByteBuffer request) throws Exception;

  /** The next of the replies that come later, in the order of the requests; null: none yet. */
  @Nullable Reply poll() throws Exception;

  /** Nobody waits for replies any more. */
  void abandon();

  /**
   * A reply that came later.
   *
   * @param payload of the reply
   * @param requestBytes the payload's length of its request
   */
  record Reply(ByteBuffer payload, int requestBytes) {}
}
