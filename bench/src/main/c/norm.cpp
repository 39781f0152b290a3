/*
 * NORM (RFC 5740, libnorm) as a peer of the feed: a stream at a fixed rate, repaired by parity on
 * request, and at most a buffer ahead of what all receivers have acknowledged ("watermarks").
 *
 *   norm send|receive mode=stream key=value ...
 *
 * It is C++ because normApi.h is: besides that, it is C like the twin.
 */
#include <normApi.h>
#include <sys/types.h>

#include "sides.h"

/* Its payload, which leaves room for the headers of NORM, UDP and IP in 1,500 bytes. */
enum { SEGMENT = 1400, BLOCK_SEGMENTS = 64, PARITY_SEGMENTS = 4 };
enum { BUFFER_BYTES = 8 << 20, READ_BYTES = 1 << 16, GROUP = 64 };

static const double BITS_PER_SECOND = 400e6;
static const double ROUND_TRIP_SECONDS = 0.001;
static const int64_t PATIENCE_NANOS = 40000000000;
static const NormNodeId SENDER_NODE = 1; /* the nth receiver is 1 + n */

static NormInstanceHandle instance;
static NormSessionHandle session;

static void require(bool success, const char *what) {
  if (success) return;
  fprintf(stderr, "norm: %s\n", what);
  exit(1);
}

static void open_session(NormNodeId node) {
  instance = NormCreateInstance();
  require(instance != NORM_INSTANCE_INVALID, "no instance");
  session = NormCreateSession(instance, text("group"), number("port"), node);
  require(session != NORM_SESSION_INVALID, "no session");
  require(NormSetMulticastInterface(session, "eth0"), "no interface eth0");
}

/* ---- sending ---- */

static NormObjectHandle stream;
static int64_t unacknowledged, marked, most_unacknowledged; /* bytes */

static void open_stream(void) {
  open_session(SENDER_NODE);
  NormSetCongestionControl(session, false);
  NormSetTxRate(session, BITS_PER_SECOND);
  NormSetGrttEstimate(session, ROUND_TRIP_SECONDS);
  NormSetBackoffFactor(session, 0); /* so few need not wait whether another asks first */
  NormSetFlowControl(session, 0); /* its timer, which watermarks stand for */
  for (int i = 1; i <= receivers; i++) NormAddAckingNode(session, SENDER_NODE + i);
  require(NormStartSender(session, 1, BUFFER_BYTES, SEGMENT, BLOCK_SEGMENTS, PARITY_SEGMENTS),
          "the sender does not start");
  require(NormSetTxSocketBuffer(session, number("buffer")), "no send buffer");
  stream = NormStreamOpen(session, BUFFER_BYTES);
  require(stream != NORM_OBJECT_INVALID, "no stream");
  /* A block less than it holds, or what is being repaired might be overwritten. */
  unsigned int segments = NormGetStreamBufferSegmentCount(BUFFER_BYTES, SEGMENT, BLOCK_SEGMENTS);
  most_unacknowledged = (int64_t)(segments - BLOCK_SEGMENTS) * SEGMENT;
}

static bool take_event(bool wait) {
  NormEvent event;
  if (!NormGetNextEvent(instance, &event, wait)) return false;
  if (event.type != NORM_TX_WATERMARK_COMPLETED) return true;
  if (NormGetAckingStatus(session) == NORM_ACK_SUCCESS) {
    unacknowledged -= marked;
    marked = 0;
  } else {
    NormResetWatermark(session);
  }
  return true;
}

static void mark_if_due(void) {
  if (!marked && unacknowledged > most_unacknowledged / 2) {
    marked = unacknowledged;
    NormSetWatermark(session, stream, true);
  }
}

/* At a rate each message goes at once, and has a segment of its own. */
static void write_message(const char *message) {
  for (int64_t done = 0; done < size;) {
    int64_t written = 0;
    if (unacknowledged + SEGMENT <= most_unacknowledged)
      written = NormStreamWrite(stream, message + done, size - done);
    done += written;
    unacknowledged += written;
    if (done < size) {
      mark_if_due();
      take_event(true);
    }
  }
  if (interval) {
    NormStreamFlush(stream, true, NORM_FLUSH_PASSIVE);
    unacknowledged += SEGMENT - size;
  }
  mark_if_due();
}

static void run_sender(void) {
  static char message[1 << 16];
  begin_sending();
  require(size >= 16 && size <= (interval ? SEGMENT : (int64_t)sizeof message), "no such size");
  open_stream();
  int count = interval ? 1 : GROUP;
  while (may_send(count)) {
    for (int i = 0; i < count; i++) {
      stamp(message);
      write_message(message);
    }
    while (take_event(false)) continue;
  }
  stamp_last(message);
  write_message(message);
  NormStreamFlush(stream, true, NORM_FLUSH_ACTIVE);
  int64_t begun = nanos(CLOCK_MONOTONIC);
  while (!have_all_ended() && nanos(CLOCK_MONOTONIC) - begun < PATIENCE_NANOS) nap();
  tell_sent();
}

/* ---- receiving ---- */

static int64_t next_number = 1;

/* Each once and in order, or it does not count. */
static void on_message(const char *message) {
  int64_t seq, at;
  memcpy(&seq, message, 8);
  memcpy(&at, message + 8, 8);
  require(seq == LAST ? at + 1 == next_number : seq == next_number, "lost, or out of order");
  next_number++;
  on_datagram(message);
}

static void read_stream(NormObjectHandle from) {
  static char buffer[READ_BYTES];
  static unsigned int held;
  unsigned int count;
  do {
    count = READ_BYTES - held;
    require(NormStreamRead(from, buffer + held, &count), "the stream has a hole");
    read_clock();
    held += count;
    unsigned int at = 0;
    for (; !ended && held - at >= size; at += size) on_message(buffer + at);
    held -= at;
    memmove(buffer, buffer + at, held);
    publish();
  } while (count && !ended);
}

static void run_receiver(void) {
  size = number("size");
  open_session(SENDER_NODE + number("slot"));
  NormSetDefaultSyncPolicy(session, NORM_SYNC_STREAM); /* from its beginning */
  require(NormStartReceiver(session, BUFFER_BYTES), "the receiver does not start");
  require(NormSetRxSocketBuffer(session, number("buffer")), "no receive buffer");
  tell_ready();
  while (!ended) {
    NormEvent event;
    if (!NormGetNextEvent(instance, &event, true)) continue;
    require(event.type != NORM_RX_OBJECT_ABORTED, "the stream was given up");
    if (event.type == NORM_RX_OBJECT_UPDATED) read_stream(event.object);
  }
  tell_received();
}

int main(int count, char **values) {
  if (count < 2) return 2;
  begin(values + 2);
  if (!strcmp(values[1], "send")) run_sender();
  else run_receiver();
  fflush(stdout);
  _exit(0); /* its threads would be waited for */
}
