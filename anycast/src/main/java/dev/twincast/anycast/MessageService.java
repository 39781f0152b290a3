package dev.twincast.anycast;

/**
 * What a replica answers to a message: the whole of a user's service is one method.
 *
 * <pre>{@code
 * MessageService upper = request -> new String(request, UTF_8).toUpperCase(ROOT).getBytes(UTF_8);
 * try (var server = AnycastServer.messages(upper).port(7000).open()) { ... }
 * }</pre>
 *
 * <p>Which thread: {@link #answer} runs on a virtual thread, so it may block. Messages of one
 * connection are answered one after the other, in the order they came; those of different
 * connections at the same time, so one service object is used by many threads at once. A service
 * that never blocks can do without the change of threads: {@link #inLoop}.
 */
@FunctionalInterface
public interface MessageService {

  /**
   * The reply to one message.
   *
   * @param request the payload, from 0 bytes to the server's limit; the service may keep it
   * @return the payload of the reply, at most as long as the peers accept; no longer changed
   * @throws Exception if there is no reply: what was answered before is still sent, then the
   *     connection is closed, and counted in {@link ServerStatistics#failed}
   */
  byte[] answer(byte[] request) throws Exception;

  /** Answers each message with itself, in the event loop. */
  static MessageService echo() {
    return inLoop(request -> request);
  }

  /** A service that the server's event loops call themselves. */
  static MessageService inLoop(NonBlockingMessageService service) {
    return new InLoop(service);
  }
}
