/**
 * The server's sockets and threads. An {@link dev.twincast.anycast.net.server.Engine} serves the
 * connections of one port: {@link dev.twincast.anycast.net.server.StreamEngine} with a virtual
 * thread for each, {@link dev.twincast.anycast.net.server.MessageEngine} with event loops.
 */
package dev.twincast.anycast.net.server;
