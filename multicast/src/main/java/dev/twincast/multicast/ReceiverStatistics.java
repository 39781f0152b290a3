package dev.twincast.multicast;

/**
 * What a receiver has seen since it was opened.
 *
 * @param datagrams handed to {@code receive} or to the handler
 * @param bytes of their messages
 * @param kernelDrops thrown away by the kernel, mostly because the receive buffer was full: the
 *     reader was late; -1: this machine does not tell. Where the kernel had glued datagrams of one
 *     length together (on Linux: sent as a batch, from this host or a virtual machine beside it),
 *     up to 64 of them are one drop
 * @param truncated datagrams of which the end is missing
 * @param handlerFailures exceptions that the handler threw
 * @param reassemblyFailures datagrams that never became whole, since a fragment of them was lost:
 *     to this host, for whatever program (the kernel counts them for the network namespace, about
 *     30 seconds after the first fragment); -1: this machine does not tell
 */
public record ReceiverStatistics(
    long datagrams,
    long bytes,
    long kernelDrops,
    long truncated,
    long handlerFailures,
    long reassemblyFailures) {}
