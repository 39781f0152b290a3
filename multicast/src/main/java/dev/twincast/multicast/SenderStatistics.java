package dev.twincast.multicast;

/**
 * What a sender has handed to the kernel since it was opened.
 *
 * @param datagrams the kernel took; one to three addresses counts three times
 * @param bytes of their messages
 * @param offloadRefusals how often the kernel refused to cut datagrams out of a larger one: 0, or
 *     1, since then it is asked no more, and each datagram goes its own, slower way
 */
public record SenderStatistics(long datagrams, long bytes, long offloadRefusals) {}
