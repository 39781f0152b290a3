/**
 * The quality of a stream of numbered datagrams: what was lost, doubled, overtaken, and how evenly
 * it came.
 *
 * <p>A plain datagram carries no number, so nobody can tell what the network lost. For measuring,
 * the sender writes the header of iperf 2 in front of each datagram ({@link
 * dev.twincast.multicast.measure.NumberedHeader}), so that {@code iperf -s -u -B GROUP} measures
 * our stream and we measure that of {@code iperf -c GROUP -u}. {@link
 * dev.twincast.multicast.measure.StreamQuality} keeps the account of one sender.
 *
 * <p>Pure: no socket, clock or thread.
 */
package dev.twincast.multicast.measure;
