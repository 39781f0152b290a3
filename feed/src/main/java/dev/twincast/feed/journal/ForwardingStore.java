package dev.twincast.feed.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;

/** Does as another store does, but for what a subclass does otherwise. */
public abstract class ForwardingStore implements Store {
  private final Store store;

  protected ForwardingStore(Store store) {
    this.store = store;
  }

  @Override
  public Set<String> sessions() {
    return store.sessions();
  }

  @Override
  public long first(String session) {
    return store.first(session);
  }

  @Override
  public long next(String session) {
    return store.next(session);
  }

  @Override
  public long durable(String session) {
    return store.durable(session);
  }

  @Override
  public void append(String session, ByteBuffer message) throws IOException {
    store.append(session, message);
  }

  @Override
  public void skipTo(String session, long number) throws IOException {
    store.skipTo(session, number);
  }

  @Override
  public boolean read(String session, long number, ByteBuffer out) throws IOException {
    return store.read(session, number, out);
  }

  @Override
  public int length(String session, long number) throws IOException {
    return store.length(session, number);
  }

  @Override
  public long bytes() {
    return store.bytes();
  }

  @Override
  public void force() throws IOException {
    store.force();
  }
}
