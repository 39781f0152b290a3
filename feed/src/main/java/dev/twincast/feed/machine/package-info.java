/**
 * What the parties of a feed decide, without any I/O.
 *
 * <pre>
 *   PublisherMachine    Backlog ─ Pace ─ Acknowledgements ─ Heartbeats ─ Answers
 *   SubscriberMachine   LiveSource ─ Stream (Window, Missing) ─ Repair ─ Replay ─ Silence
 *   RecorderMachine     a Recording (SubscriberMachine, store) for each session ─ Answers
 *   ReplayServer, ReplayClient    both ends of a replay
 * </pre>
 *
 * <p>A driver runs the loop described at {@link dev.twincast.feed.machine.Machine}. Nothing here is
 * thread-safe: one thread calls a machine.
 */
package dev.twincast.feed.machine;
