/**
 * The only code of this library that touches sockets: {@link dev.twincast.multicast.udp.Port} is
 * what the rest knows of them.
 */
package dev.twincast.multicast.udp;
