/** The message service on the wire. Pure: bytes only, no socket, clock or thread. */
package dev.twincast.anycast.frame;
