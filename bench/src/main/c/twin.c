/*
 * The C twin: what a Java program is measured against. One process is one sender or one receiver.
 *
 *   twin send    mode=single|mmsg|gso             key=value ...
 *   twin receive mode=block|poll|mmsg|gro|grommsg key=value ...
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include "sides.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#define UDP_GRO 104
#endif

enum { BATCH = 64, GRO_BATCH = 16, MAX_PAYLOAD = 65507, BUFFER_BYTES = 65536 };

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

static void send_last(int fd, char *datagram) {
  stamp_last(datagram);
  for (int tries = 0; tries < 400 && !have_all_ended(); tries++) {
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
  begin_sending();

  const char *mode = text("mode");
  if (!strcmp(mode, "single")) send_single(fd, buffer);
  else if (!strcmp(mode, "mmsg")) send_mmsg(fd, buffer);
  else if (!strcmp(mode, "gso")) send_gso(fd, buffer);
  else check(-1, mode);
  send_last(fd, buffer);
  tell_sent();
}

/* ---- receiving ---- */

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
  tell_ready();

  const char *mode = text("mode");
  if (!strcmp(mode, "block")) receive_one(fd, buffer, 0);
  else if (!strcmp(mode, "poll")) receive_one(fd, buffer, MSG_DONTWAIT);
  else if (!strcmp(mode, "mmsg")) receive_many(fd, buffer, BATCH, 2048, 0);
  else if (!strcmp(mode, "gro")) receive_many(fd, buffer, 1, BUFFER_BYTES, 1);
  else if (!strcmp(mode, "grommsg")) receive_many(fd, buffer, GRO_BATCH, BUFFER_BYTES, 1);
  else check(-1, mode);
  tell_received();
}

int main(int count, char **values) {
  if (count < 2) return 2;
  begin(values + 2);
  if (!strcmp(values[1], "send")) run_sender();
  else run_receiver();
  return 0;
}
