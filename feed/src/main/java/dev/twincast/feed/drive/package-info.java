/** Runs the machines: the only package here with sockets and threads. */
package dev.twincast.feed.drive;
