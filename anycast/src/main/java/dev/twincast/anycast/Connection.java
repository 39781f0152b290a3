package dev.twincast.anycast;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * One client's connection, as a {@link Service} sees it.
 *
 * <p>The streams are unbuffered, each is for one thread at a time, and closing one has no effect.
 * An operation on them that waits for the client, while nothing has moved in either direction for
 * the idle time of the server, ends with an exception.
 */
public interface Connection {

  /**
   * What the client sends. It ends when the client has closed its side, and also when the server
   * drains: then after all that has arrived.
   */
  InputStream input();

  /** To the client. What was written when the service returns is still sent. */
  OutputStream output();

  /**
   * To the client, as by {@link #output}: all that remains in the buffer. A direct buffer costs a
   * copy less.
   */
  void write(ByteBuffer bytes) throws IOException;

  /** The client's address. */
  InetSocketAddress remoteAddress();

  /**
   * True when the server is closing: a service should answer what it has read, and return. A
   * message that {@link #input} ends in the middle of was then cut off by the server, not by its
   * sender.
   */
  boolean isDraining();
}
