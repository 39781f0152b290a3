package dev.twincast.anycast;

import dev.twincast.anycast.net.client.MessageConnection;

/** Whom a connection tells when nobody wants to know. */
record Nobody() implements MessageConnection.Owner {
  @Override
  public void onAnswers(MessageConnection from, long[] latencies, int count) {}

  @Override
  public void onUnanswered(MessageConnection from, boolean written) {}

  @Override
  public void onLeaving(MessageConnection from) {}

  @Override
  public void onMalformed(MessageConnection from) {}

  @Override
  public void onClosed(MessageConnection from, boolean broken) {}
}
