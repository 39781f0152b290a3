/**
 * Nothing lost: a publisher's numbered messages reach every subscriber, once and in order; live by
 * multicast, what was missed by anycast.
 *
 * <pre>
 *                        one packet to all
 *   Publisher ──▶ group ──┬──▶ Subscriber  #1 #2 #3 #4 …
 *      ▲                  ├──▶ Subscriber  #1 #2 ✗  #4     "who has #3?"
 *      │ acknowledged     │        │ ▲                          │
 *      │                  │        ▼ │ #3                       ▼
 *      └───────────────── ├──▶ Recorder ── journal       any recorder has it
 *                         └──▶ Recorder ── journal
 * </pre>
 *
 * <p>The publisher numbers messages and sends each once, to the group. Recorders are members like
 * all others, and keep what they hear. Whoever misses something asks any one of them: so repairs
 * burden recorders and not the publisher, and the slow subscriber slows nobody. The publisher
 * itself is the first recorder, so that nothing need be configured.
 *
 * <dl>
 *   <dt>session
 *   <dd>a stream of messages, numbered from 1 without a hole; named by at most 10 characters. It
 *       lives as long as its journal: a publisher without one begins a new session each time
 *   <dt>downstream packet
 *   <dd>a datagram with messages that follow one another (MoldUDP64)
 *   <dt>heartbeat
 *   <dd>a packet without messages, which tells the next number: so that the loss of the last
 *       messages is noticed, too. To the one who asked for what is not kept, it tells the first
 *       number that is
 *   <dt>gap, request, answer
 *   <dd>numbers that are missing; the datagram that asks a recorder for them; the downstream packet
 *       that it sends to the asker alone
 *   <dt>replay
 *   <dd>what is too much for requests, or older, comes over a TCP connection to a recorder
 *       (SoupBinTCP), until it meets what was heard live
 *   <dt>lost
 *   <dd>a gap that no recorder can fill: told with its exact numbers, and stepped over
 *   <dt>acknowledged
 *   <dd>kept by as many recorders as the publisher wants, on disk: survives the loss of the
 *       publisher and of all of these but one
 *   <dt>going back
 *   <dd>a publisher that uses numbers a second time, because it lost its journal: told, and its
 *       messages are not mixed with those that had these numbers before
 * </dl>
 *
 * <p>The hidden packages: {@code mold} and {@code soup} translate bytes, {@code machine} decides,
 * {@code journal} keeps. None of the first three touches a socket, a clock or a thread.
 */
package dev.twincast.feed;
