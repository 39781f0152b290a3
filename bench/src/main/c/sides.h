/*
 * What senders and receivers in C do besides sending and receiving: the shared file, numbers and time
 * stamps, the pace or the window, the phases, the line of results. The C half of SharedFile.java,
 * SendingSide.java and ReceivingSide.java; the keys are those of ../../../README.md.
 *
 * Every datagram or message begins with its number (8 bytes, from 1; LAST ends the stream) and the
 * sender's CLOCK_MONOTONIC (8 bytes), both in the byte order of the machine.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "program.h"

enum { SLOT_LONGS = 16 };
enum { WARMING, REHEARSING, MEASURING, STOPPED };
enum { STARTING, READY, ENDED };
static const int64_t LAST = INT64_MAX;
static const int64_t NAP_NANOS = 50000;

static inline void sleep_until(int64_t due) {
  struct timespec t = {due / 1000000000, due % 1000000000};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static inline void nap(void) {
  struct timespec t = {0, NAP_NANOS};
  nanosleep(&t, NULL);
}

/* How much memory this process has at most held so far: VmHWM of proc(5). */
static inline int64_t resident_bytes(void) {
  char line[256];
  int64_t kilobytes = 0;
  FILE *status = fopen("/proc/self/status", "r");
  while (status && fgets(line, sizeof line, status)) sscanf(line, "VmHWM: %ld", &kilobytes);
  if (status) fclose(status);
  return kilobytes << 10;
}

/* The shared file: slot 0 the sender's {phase}, slots 1.. the receivers' {highest number, state}. */
static int64_t *shared;

static inline int64_t load(int slot, int field) {
  return __atomic_load_n(shared + slot * SLOT_LONGS + field, __ATOMIC_ACQUIRE);
}

static inline void store(int slot, int field, int64_t value) {
  __atomic_store_n(shared + slot * SLOT_LONGS + field, value, __ATOMIC_RELEASE);
}

/* What every program begins with. */
static inline void begin(char **settings) {
  arguments = settings;
  check(prctl(PR_SET_TIMERSLACK, 1), "prctl");
  int file = check(open(text("shared"), O_RDWR), "open shared");
  off_t bytes = lseek(file, 0, SEEK_END);
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  check(memory == MAP_FAILED ? -1 : 0, "mmap");
  shared = (int64_t *)memory;
}

/* ---- sending ---- */

static int64_t sent, phase, now, due, phase_end, slowest;
static int64_t size, receivers, window, interval;
static int64_t mark_count, mark_nanos, mark_cpu;
static int64_t measured, measured_nanos = 1, measured_cpu;

static inline void begin_sending(void) {
  size = number("size"), receivers = number("receivers"), window = receivers ? number("window") : 0;
  interval = number("rate") ? 1000000000 / number("rate") : 0;
  now = due = nanos(CLOCK_MONOTONIC);
  phase_end = now + number("warmup") * 1000000;
}

static inline void change_phase(void) {
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

static inline int64_t slowest_receiver(void) {
  int64_t least = LAST;
  for (int i = 1; i <= receivers; i++) {
    int64_t highest = load(i, 0);
    if (highest < least) least = highest;
  }
  return least;
}

/* Waits until `count` more may be sent, and reads the clock; 0 when the time is over. */
static inline int may_send(int count) {
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

static inline void stamp(char *datagram) {
  /* Who is more than 1 ms late counts from when it was due, or its own stalls would hide. */
  int64_t at = interval && now - due > 1000000 ? due : now;
  due += interval;
  sent++;
  memcpy(datagram, &sent, 8);
  memcpy(datagram + 8, &at, 8);
}

static inline void stamp_last(char *datagram) {
  memcpy(datagram, &LAST, 8);
  memcpy(datagram + 8, &sent, 8);
}

static inline int have_all_ended(void) {
  int ended = 0;
  for (int i = 1; i <= receivers; i++) ended += load(i, 1) == ENDED;
  return ended == receivers;
}

static inline void tell_sent(void) {
  printf("sent=%ld measured=%ld nanos=%ld cpu=%ld rss=%ld\n", sent, measured, measured_nanos,
         measured_cpu, resident_bytes());
}

/* ---- receiving ---- */

static int64_t slot, received, highest, ended;
static int64_t *latencies, latency_count, latency_capacity;

/* The membership stands: the sender may begin. */
static inline void tell_ready(void) {
  latency_capacity = number("latency");
  latencies = (int64_t *)calloc(latency_capacity, sizeof *latencies);
  slot = number("slot");
  store(slot, 1, READY);
}

static inline void read_clock(void) {
  if (latency_capacity) now = nanos(CLOCK_MONOTONIC);
}

static inline void on_datagram(const char *datagram) {
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
static inline void publish(void) {
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

static inline void tell_received(void) {
  store(slot, 1, ENDED);
  qsort(latencies, latency_count, sizeof *latencies, by_value);
  printf("received=%ld highest=%ld measured=%ld nanos=%ld cpu=%ld p50=%ld p99=%ld p999=%ld rss=%ld\n",
         received, highest, measured, measured_nanos, measured_cpu,
         percentile(latencies, latency_count, 500), percentile(latencies, latency_count, 990),
         percentile(latencies, latency_count, 999), resident_bytes());
}
