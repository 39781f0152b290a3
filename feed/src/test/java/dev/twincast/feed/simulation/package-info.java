/**
 * A feed in virtual time: one publisher, recorders and subscribers, joined by a network whose
 * faults come from a seed. No sockets, no threads, no waiting: the same seed gives the same run.
 *
 * {@snippet :
 * try (var group = SimulatedGroup.of(3).recorders(1).loss(0.1).seed(42)) {
 *   group.subscriber(0).handler(prices); // a FeedHandler
 *   group.publish("EURUSD 1.0842");
 *   group.runUntilIdle();
 *   assertEquals(1, group.subscriber(1).received());
 * }
 * }
 *
 * <p>Each subscriber checks by itself that messages come once, in order, and as they were published
 * or that a loss is told; {@code close} fails if one saw something else. What fails says the seed.
 *
 * <p>To use it in tests of your own, depend on the artifact {@code twincast-feed} a second time,
 * with {@code <type>test-jar</type>} and {@code <scope>test</scope>}. Methods that take or give
 * types of packages which the module does not export are for our own tests.
 */
package dev.twincast.feed.simulation;
