package dev.twincast.anycast.net.server;

import dev.twincast.anycast.NonBlockingMessageService;
import dev.twincast.anycast.message.Answering;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers in the loop. One for all conversations. */
record AtOnce(NonBlockingMessageService service, Consumer<Throwable> onFailure)
    implements Answering {

  @Override
  public ByteBuffer answer(ByteBuffer request) throws Exception {
    try {
      return Objects.requireNonNull(service.answer(request), "a service answered null");
    } catch (Throwable e) { // also an Error harms only its connection
      onFailure.accept(e);
      throw e;
    }
  }

  @Override
  public @Nullable Reply poll() {
    return null;
  }

  @Override
  public void abandon() {}
}
