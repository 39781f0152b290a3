package dev.twincast.anycast;

import java.nio.ByteBuffer;

/** A service of which the server knows that its event loops may call it. */
record InLoop(NonBlockingMessageService service) implements MessageService {

  @Override
  public byte[] answer(byte[] request) throws Exception {
    ByteBuffer reply = service.answer(ByteBuffer.wrap(request));
    byte[] bytes = new byte[reply.remaining()];
    reply.get(bytes);
    return bytes;
  }
}
