/*
 * The C twin: what a Java program is measured against. One process is one sender or one receiver.
 *
 *   twin send    mode=single|mmsg|gso             key=value ...
 *   twin receive mode=block|poll|mmsg|gro|grommsg key=value ...
 *
 * Every datagram begins with its number (8 bytes, from 1; LAST ends the stream) and the sender's
 * CLOCK_MONOTONIC (8 bytes), both in the byte order of the machine. The keys, the shared file and the
 * line of results are those of ../../../README.md, and of SendingSide.java and ReceivingSide.java.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/udp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "program.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#define UDP_GRO 104
#endif

enum { BATCH = 64, GRO_BATCH = 16, MAX_PAYLOAD = 65507, BUFFER_BYTES = 65536, SLOT_LONGS = 16 };
enum { WARMING, REHEARSING, MEASURING, STOPPED };
enum { STARTING, READY, ENDED };
static const int64_t LAST = INT64_MAX;
static const int64_t NAP_NANOS = 50000;

static void sleep_until(int64_t due) {
  struct timespec t = {due / 1000000000, due % 1000000000};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static void nap(void) { nanosleep(&(struct timespec){0, NAP_NANOS}, NULL); }

/* The shared file: slot 0 the sender's {phase}, slots 1.. the receivers' {highest number, state}. */
static int64_t *shared;

static int64_t load(int slot, int field) {
  return __atomic_load_n(shared + slot * SLOT_LONGS + field, __ATOMIC_ACQUIRE);
}

static void store(int slot, int field, int64_t value) {
  __atomic_store_n(shared + slot * SLOT_LONGS + field, value, __ATOMIC_RELEASE);
}

static void map_shared(void) {
  int file = check(open(text("shared"), O_RDWR), "open shared");
  off_t size = lseek(file, 0, SEEK_END);
  shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  check(shared == MAP_FAILED ? -1 : 0, "mmap");
}

static struct sockaddr_in group(void) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(number("port"))};
  to.sin_addr.s_addr = inet_addr(text("group"));
  return to;
}

static int udp_socket(int buffer_option) {
  int fd = check(socket(AF_INET, SOCK_DGRAM, 0), "socket");
  int bytes = number("buffer");
  check(setsockopt(fd, SOL_SOCKET, buffer_option, &bytes, sizeof bytes), "buffer");
  return fd;
}

/* ---- sending ---- */

static int64_t sent, phase, now, due, phase_end, slowest;
static int64_t size, receivers, window, interval;
static int64_t mark_count, mark_nanos, mark_cpu;
static int64_t measured, measured_nanos = 1, measured_cpu;

static void change_phase(void) {
  phase++;
  store(0, 0, phase);
  if (phase != STOPPED) {
    phase_end = now + (phase == REHEARSING ? number("warmup") / 2 : number("measure")) * 1000000;
    mark_count = sent, mark_nanos = now, mark_cpu = nanos(CLOCK_PROCESS_CPUTIME_ID);
  } else {
    measured = sent - mark_count, measured_nanos = now - mark_nanos;
    measured_cpu = nanos(CLOCK_PROCESS_CPUTIME_ID) - mark_cpu;
  }
}

static int64_t slowest_receiver(void) {
  int64_t least = LAST;
  for (int i = 1; i <= receivers; i++) {
    int64_t highest = load(i, 0);
    if (highest < least) least = highest;
  }
  return least;
}

/* Waits until `count` more may be sent, and reads the clock; 0 when the time is over. */
static int may_send(int count) {
  if (interval) {
    sleep_until(due);
    now = nanos(CLOCK_MONOTONIC);
  } else {
    while (window && sent + count - slowest > window) {
      slowest = slowest_receiver();
      if (sent + count - slowest > window) {
        nap();
        if (nanos(CLOCK_MONOTONIC) > phase_end) break;
      }
    }
    now = nanos(CLOCK_MONOTONIC);
  }
  if (now >= phase_end) change_phase();
  return phase != STOPPED;
}

static void stamp(char *datagram) {
  /* Who is more than 1 ms late counts from when it was due, or its own stalls would hide. */
  int64_t at = interval && now - due > 1000000 ? due : now;
  due += interval;
  sent++;
  memcpy(datagram, &sent, 8);
  memcpy(datagram + 8, &at, 8);
}

static void send_last(int fd, char *datagram) {
  memcpy(datagram, &LAST, 8);
  memcpy(datagram + 8, &sent, 8);
  for (int tries = 0; tries < 400; tries++) {
    int ended = 0;
    for (int i = 1; i <= receivers; i++) ended += load(i, 1) == ENDED;
    if (ended == receivers) return;
    send(fd, datagram, size, 0);
    usleep(5000);
  }
}

static void send_single(int fd, char *buffer) {
  while (may_send(1)) {
    stamp(buffer);
    check(send(fd, buffer, size, 0), "send");
  }
}

static void send_mmsg(int fd, char *buffer) {
  struct iovec parts[BATCH];
  struct mmsghdr messages[BATCH];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < BATCH; i++) {
    parts[i] = (struct iovec){buffer + i * size, size};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  while (may_send(BATCH)) {
    for (int i = 0; i < BATCH; i++) stamp(buffer + i * size);
    for (int done = 0; done < BATCH;)
      done += check(sendmmsg(fd, messages + done, BATCH - done, 0), "sendmmsg");
  }
}

static void send_gso(int fd, char *buffer) {
  int segment = size;
  int count = MAX_PAYLOAD / segment < BATCH ? MAX_PAYLOAD / segment : BATCH;
  check(setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment), "UDP_SEGMENT");
  while (may_send(count)) {
    for (int i = 0; i < count; i++) stamp(buffer + i * segment);
    check(send(fd, buffer, count * segment, 0), "send");
  }
}

static void run_sender(void) {
  static char buffer[BATCH * 1500];
  struct sockaddr_in to = group();
  int fd = udp_socket(SO_SNDBUF);
  unsigned char off = 0;
  check(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &off, 1), "IP_MULTICAST_LOOP");
  check(connect(fd, (struct sockaddr *)&to, sizeof to), "connect");
  size = number("size"), receivers = number("receivers"), window = receivers ? number("window") : 0;
  interval = number("rate") ? 1000000000 / number("rate") : 0;
  now = due = nanos(CLOCK_MONOTONIC);
  phase_end = now + number("warmup") * 1000000;

  const char *mode = text("mode");
  if (!strcmp(mode, "single")) send_single(fd, buffer);
  else if (!strcmp(mode, "mmsg")) send_mmsg(fd, buffer);
  else if (!strcmp(mode, "gso")) send_gso(fd, buffer);
  else check(-1, mode);
  send_last(fd, buffer);
  printf("sent=%ld measured=%ld nanos=%ld cpu=%ld\n", sent, measured, measured_nanos, measured_cpu);
}

/* ---- receiving ---- */

static int64_t slot, received, highest, ended;
static int64_t *latencies, latency_count, latency_capacity;

static void on_datagram(const char *datagram) {
  int64_t seq, at;
  memcpy(&seq, datagram, 8);
  memcpy(&at, datagram + 8, 8);
  if (seq == LAST) {
    highest = at;
    ended = 1;
    return;
  }
  received++;
  if (seq > highest) highest = seq;
  if (latency_count < latency_capacity) latencies[latency_count++] = now - at;
}

/* After each successful call. */
static void publish(void) {
  store(slot, 0, highest);
  int64_t current = load(0, 0);
  if (current == phase) return;
  int64_t before = phase;
  phase = current;
  int64_t at = nanos(CLOCK_MONOTONIC), cpu = nanos(CLOCK_PROCESS_CPUTIME_ID);
  if (phase != STOPPED) {
    mark_count = received, mark_nanos = at, mark_cpu = cpu, latency_count = 0;
  } else if (before == MEASURING) {
    measured = received - mark_count, measured_nanos = at - mark_nanos, measured_cpu = cpu - mark_cpu;
  }
}

static void read_clock(void) {
  if (latency_capacity) now = nanos(CLOCK_MONOTONIC);
}

static void receive_one(int fd, char *buffer, int flags) {
  while (!ended) {
    if (recv(fd, buffer, BUFFER_BYTES, flags) < 0) {
      check(errno == EAGAIN ? 0 : -1, "recv");
      nap();
      continue;
    }
    read_clock();
    on_datagram(buffer);
    publish();
  }
}

/* The size of the datagrams in a coalesced buffer. */
static int segment_bytes(struct msghdr *message, int length) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
    if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
      int segment;
      memcpy(&segment, CMSG_DATA(c), sizeof segment);
      return segment;
    }
  }
  return length;
}

/* `batch` buffers per call, 1 by recvmsg; with or without coalescing. */
static void receive_many(int fd, char *buffer, int batch, int bytes, int coalesced) {
  struct iovec parts[BATCH];
  struct mmsghdr messages[BATCH];
  char control[BATCH][64];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < batch; i++) {
    parts[i] = (struct iovec){buffer + i * bytes, bytes};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
    messages[i].msg_hdr.msg_control = control[i];
    messages[i].msg_hdr.msg_controllen = coalesced ? sizeof control[i] : 0;
  }
  if (coalesced) check(setsockopt(fd, IPPROTO_UDP, UDP_GRO, &(int){1}, sizeof(int)), "UDP_GRO");
  while (!ended) {
    int count;
    if (batch == 1) {
      ssize_t length = recvmsg(fd, &messages[0].msg_hdr, MSG_DONTWAIT);
      messages[0].msg_len = length;
      count = length < 0 ? -1 : 1;
    } else {
      count = recvmmsg(fd, messages, batch, MSG_DONTWAIT, NULL);
    }
    if (count < 0) {
      check(errno == EAGAIN ? 0 : -1, "recvmmsg");
      nap();
      continue;
    }
    read_clock();
    for (int i = 0; i < count; i++) {
      char *datagram = buffer + i * bytes, *end = datagram + messages[i].msg_len;
      int segment = coalesced ? segment_bytes(&messages[i].msg_hdr, messages[i].msg_len) : bytes;
      for (; datagram < end; datagram += segment) on_datagram(datagram);
      messages[i].msg_hdr.msg_controllen = coalesced ? sizeof control[i] : 0;
    }
    publish();
  }
}

static void run_receiver(void) {
  char *buffer = malloc(GRO_BATCH * BUFFER_BYTES);
  struct sockaddr_in at = group();
  int fd = udp_socket(SO_RCVBUF);
  check(bind(fd, (struct sockaddr *)&at, sizeof at), "bind");
  struct ip_mreqn membership = {.imr_multiaddr = at.sin_addr};
  check(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof membership), "join");
  latency_capacity = number("latency");
  latencies = calloc(latency_capacity, sizeof *latencies);
  slot = number("slot");
  store(slot, 1, READY);

  const char *mode = text("mode");
  if (!strcmp(mode, "block")) receive_one(fd, buffer, 0);
  else if (!strcmp(mode, "poll")) receive_one(fd, buffer, MSG_DONTWAIT);
  else if (!strcmp(mode, "mmsg")) receive_many(fd, buffer, BATCH, 2048, 0);
  else if (!strcmp(mode, "gro")) receive_many(fd, buffer, 1, BUFFER_BYTES, 1);
  else if (!strcmp(mode, "grommsg")) receive_many(fd, buffer, GRO_BATCH, BUFFER_BYTES, 1);
  else check(-1, mode);
  store(slot, 1, ENDED);
  qsort(latencies, latency_count, sizeof *latencies, by_value);
  printf("received=%ld highest=%ld measured=%ld nanos=%ld cpu=%ld p50=%ld p99=%ld p999=%ld\n", received,
         highest, measured, measured_nanos, measured_cpu, percentile(latencies, latency_count, 500),
         percentile(latencies, latency_count, 990), percentile(latencies, latency_count, 999));
}

int main(int count, char **values) {
  if (count < 2) return 2;
  arguments = values + 2;
  check(prctl(PR_SET_TIMERSLACK, 1), "prctl");
  map_shared();
  if (!strcmp(values[1], "send")) run_sender();
  else run_receiver();
  return 0;
}
