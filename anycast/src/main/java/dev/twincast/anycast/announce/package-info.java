/**
 * What an announcer decides, and how it reads the answers of routing daemons. Pure: no socket,
 * clock or thread.
 */
package dev.twincast.anycast.announce;
