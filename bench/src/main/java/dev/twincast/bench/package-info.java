/**
 * Measures multicast: our library beside its C twin, plain NIO and Netty, on networks of its own.
 *
 * <pre>
 *   MulticastBench   the tables: which contenders, which load, how it is printed
 *     Network        a bridge, one sender and the receivers, as network namespaces
 *     Trial          one run: starts the processes, reads their lines of results
 *   Program          one process: a sender or a receiver of NIO, Netty or ours (C: src/main/c)
 *     SendingSide    numbers, time stamps, the ideal window, what is measured
 *     ReceivingSide  its counterpart
 * </pre>
 */
@NullMarked
package dev.twincast.bench;

import org.jspecify.annotations.NullMarked;
