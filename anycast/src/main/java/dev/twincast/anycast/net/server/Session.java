package dev.twincast.anycast.net.server;

import dev.twincast.anycast.message.Conversation;
import dev.twincast.anycast.message.Scratch;
import org.jspecify.annotations.Nullable;

/** A conversation in its loop, whose thread alone uses it. */
final class Session {
  final Conversation conversation;
  int index = -1; // in the loop's list; -1: not there
  boolean told; // to leave

  private final MessageLoop loop;
  private final @Nullable Pipeline pipeline;

  Session(long now, MessageLoop loop, MessageEngine engine, Poller.Link link, Scratch scratch) {
    this.loop = loop;
    pipeline = engine.pipeline(this::tellLoop);
    conversation =
        new Conversation(
            now,
            link,
            pipeline == null ? engine.atOnce() : pipeline,
            engine.limits(),
            engine.budget(),
            scratch);
  }

  /** Called by the pipeline's thread. */
  private void tellLoop() {
    loop.execute(this::takeReplies);
  }

  private void takeReplies() {
    if (pipeline != null) {
      pipeline.heard();
    }
    conversation.onReplies(System.nanoTime());
    loop.settle(this);
  }

  /** Ends it at once, and interrupts the service. */
  void cut() {
    conversation.cut();
    if (pipeline != null) {
      pipeline.interrupt();
    }
  }
}
