/**
 * Runs the command {@code ./twincast} as a user does: real processes, sockets, network namespaces,
 * Docker.
 *
 * <p>{@link Host} starts a {@link Program} on this machine or on one of a {@link Network}; {@link
 * Needs} says what a test needs of the machine, and skips it where that is absent.
 */
@NullMarked
package dev.twincast.system;

import org.jspecify.annotations.NullMarked;
