/**
 * The only code of this library that touches sockets: {@link dev.twincast.multicast.udp.Port} is
 * what the rest knows of them.
 *
 * <pre>
 *   Ports ──▶ GroupsPort  several of the other two, for more groups than a socket can join
 *         ├─▶ NioPort     everywhere: DatagramChannel, one datagram a call
 *         └─▶ LinuxPort   Outbox (sendmmsg, UDP_SEGMENT) and Inbox (recvmmsg, UDP_GRO)
 *                 └─▶ Libc, OffHeap: the only native calls; Descriptor: when it may be closed
 * </pre>
 *
 * <p>What decides knows no socket, no clock and no thread: {@link
 * dev.twincast.multicast.udp.SendBatch} (which datagrams the kernel can cut out of one), {@link
 * dev.twincast.multicast.udp.ReceiveBatch} (how to cut what it glued together), {@code Heat} (nap
 * or block).
 */
package dev.twincast.multicast.udp;
