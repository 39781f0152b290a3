/*
 * The C twin of the anycast tables: an epoll server, and the load for every server.
 *
 *   echo serve mode=bytes|frames|greet port=N
 *   echo load  mode=echo|greet|dial    port=N server=PID connections=N warmup=MS measure=MS
 *
 * serve: echoes bytes; as `frames` it answers the message service's ping as well; as `greet` it writes
 * a line and closes. It shares its port, and prints "ready".
 * load: one outstanding request of 64 bytes (as a frame: 68) per connection. `greet` dials, reads to the
 * end and closes; `dial` dials, has one request answered, and closes. What it prints stands in
 * ../../../README.md.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "program.h"

enum { HEADER = 4, FRAME = HEADER + 64, EVENTS = 512, BUFFER_BYTES = 65536, BACKLOG = 4096 };
static const uint32_t PING = -2;
static const char GREETING[] = "Hello from server c\n";

static char buffer[BUFFER_BYTES];
static struct epoll_event events[EVENTS];
static int poller;

static struct sockaddr_in loopback(void) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(number("port"))};
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return at;
}

static int tcp_socket(int flags, int option, int level) {
  int fd = check(socket(AF_INET, SOCK_STREAM | flags, 0), "socket");
  check(setsockopt(fd, level, option, &(int){1}, sizeof(int)), "setsockopt");
  return fd;
}

static void watch(int fd, void *of) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = of};
  check(epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

/* ---- server ---- */

struct client {
  int fd;
  int header_bytes; /* of the next frame, so far */
  uint32_t header;
  uint32_t payload; /* of this frame, still to come */
};

/* Turns each ping into a pong, in place: they differ in their last byte. */
static void answer_pings(struct client *client, ssize_t length) {
  for (ssize_t i = 0; i < length;) {
    if (client->payload) {
      uint32_t step = client->payload < length - i ? client->payload : length - i;
      client->payload -= step;
      i += step;
      continue;
    }
    client->header = client->header << 8 | (unsigned char)buffer[i++];
    if (++client->header_bytes < HEADER) continue;
    client->header_bytes = 0;
    if (client->header == PING) buffer[i - 1]--;
    else client->payload = client->header;
  }
}

static int write_all(int fd, ssize_t length) {
  for (ssize_t done = 0; done < length;) {
    ssize_t n = send(fd, buffer + done, length - done, MSG_NOSIGNAL);
    if (n >= 0) done += n;
    else if (errno == EAGAIN) poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
    else return -1;
  }
  return 0;
}

static void on_readable(struct client *client, int frames) {
  ssize_t n = recv(client->fd, buffer, sizeof buffer, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n > 0 && frames) answer_pings(client, n);
  if (n <= 0 || write_all(client->fd, n)) {
    close(client->fd);
    free(client);
  }
}

static void on_acceptable(int listener, int greet) {
  int fd;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    if (greet) {
      send(fd, GREETING, sizeof GREETING - 1, MSG_NOSIGNAL);
      close(fd);
      continue;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    struct client *client = calloc(1, sizeof *client);
    client->fd = fd;
    watch(fd, client);
  }
}

static void serve(void) {
  int greet = !strcmp(text("mode"), "greet"), frames = !strcmp(text("mode"), "frames");
  struct sockaddr_in at = loopback();
  int listener = tcp_socket(SOCK_NONBLOCK, SO_REUSEADDR, SOL_SOCKET);
  check(setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &(int){1}, sizeof(int)), "reuseport");
  check(bind(listener, (struct sockaddr *)&at, sizeof at), "bind");
  check(listen(listener, BACKLOG), "listen");
  watch(listener, NULL);
  puts("ready");
  fflush(stdout);
  for (;;) {
    int count = epoll_wait(poller, events, EVENTS, -1);
    for (int i = 0; i < count; i++)
      if (events[i].data.ptr) on_readable(events[i].data.ptr, frames);
      else on_acceptable(listener, greet);
  }
}

/* ---- load ---- */

enum phase { WARMING, MEASURING, OVER };

struct connection {
  int fd;
  int read_bytes; /* of this answer */
  int64_t begin;
};

static struct sockaddr_in server;
static int redials, greeted;
static char request[FRAME] = {0, 0, 0, FRAME - HEADER};
static enum phase phase;
static int64_t now, phase_end, started, started_cpu;
static int64_t *latencies, latency_count, latency_capacity;
static clockid_t server_cpu;

static void ask(struct connection *connection) {
  connection->read_bytes = 0;
  if (!redials) connection->begin = now;
  check(send(connection->fd, request, FRAME, MSG_NOSIGNAL), "send");
}

static void dial(struct connection *connection) {
  connection->begin = now;
  connection->fd = tcp_socket(0, TCP_NODELAY, IPPROTO_TCP);
  check(connect(connection->fd, (struct sockaddr *)&server, sizeof server), "connect");
  watch(connection->fd, connection);
  if (!greeted) ask(connection);
}

static void count_answer(struct connection *connection) {
  now = nanos(CLOCK_MONOTONIC);
  if (phase != MEASURING) return;
  if (latency_count == latency_capacity) {
    latency_capacity = latency_capacity ? 2 * latency_capacity : 1 << 16;
    latencies = realloc(latencies, latency_capacity * sizeof *latencies);
  }
  latencies[latency_count++] = now - connection->begin;
}

/* Whether the answer is complete. */
static int read_answer(struct connection *connection) {
  ssize_t n = recv(connection->fd, buffer, sizeof buffer, MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) return 0;
  check(n, "recv");
  connection->read_bytes += n;
  if (n == 0 && !(greeted && connection->read_bytes)) {
    fprintf(stderr, "the server closed a connection\n");
    exit(1);
  }
  return greeted ? n == 0 : connection->read_bytes == FRAME;
}

static void change_phase(void) {
  phase++;
  if (phase == MEASURING) {
    started_cpu = nanos(server_cpu);
    started = now = nanos(CLOCK_MONOTONIC);
    phase_end = now + number("measure") * 1000000;
  } else {
    int64_t elapsed = now - started, cpu = nanos(server_cpu) - started_cpu;
    qsort(latencies, latency_count, sizeof *latencies, by_value);
    printf("measured=%ld nanos=%ld cpu=%ld p50=%ld p99=%ld\n", latency_count, elapsed, cpu,
           percentile(latencies, latency_count, 500), percentile(latencies, latency_count, 990));
  }
}

static void load(void) {
  int connections = number("connections");
  greeted = !strcmp(text("mode"), "greet");
  redials = strcmp(text("mode"), "echo");
  server = loopback();
  check(clock_getcpuclockid(number("server"), &server_cpu) ? -1 : 0, "no such server");
  now = nanos(CLOCK_MONOTONIC);
  struct connection *all = calloc(connections, sizeof *all);
  for (int i = 0; i < connections; i++) dial(all + i);
  phase_end = now + number("warmup") * 1000000;
  while (phase != OVER) {
    int count = epoll_wait(poller, events, EVENTS, 100);
    for (int i = 0; i < count; i++) {
      struct connection *connection = events[i].data.ptr;
      if (!read_answer(connection)) continue;
      count_answer(connection);
      if (redials) {
        close(connection->fd);
        dial(connection);
      } else {
        ask(connection);
      }
    }
    if (count == 0) now = nanos(CLOCK_MONOTONIC);
    if (now >= phase_end) change_phase();
  }
}

int main(int count, char **values) {
  if (count < 2) return 2;
  arguments = values + 2;
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  poller = check(epoll_create1(0), "epoll_create1");
  if (!strcmp(values[1], "serve")) serve();
  else load();
  return 0;
}
