/**
 * The client's sockets: one selector loop, dials that nobody waits for, and connections of the
 * message service that many callers share. What is sent where is decided elsewhere.
 */
package dev.twincast.anycast.net.client;
