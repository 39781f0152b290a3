package dev.twincast.anycast;

import java.nio.ByteBuffer;

/**
 * A message service that promises never to block or to compute for long; {@link
 * MessageService#inLoop} makes a service of it.
 *
 * <p>Which thread: {@link #answer} runs on the event loop that has read the message, of which there
 * is one for each processor. That spares two changes of threads and all copies, and costs every
 * other connection of the loop the time that it takes: what may wait for anything belongs into a
 * {@link MessageService}.
 */
@FunctionalInterface
public interface NonBlockingMessageService {

  /**
   * The reply to one message, at once.
   *
   * @param request the payload, between position and limit; good until this method returns, and not
   *     to be written to
   * @return the payload of the reply, between position and limit; copied before the next call on
   *     this thread, so it may be {@code request} itself, or a buffer that the thread uses again
   * @throws Exception as {@link MessageService#answer}
   */
  ByteBuffer answer(ByteBuffer request) throws Exception;
}
