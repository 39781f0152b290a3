/** The announcer's dealings with the world: daemons, the kernel, services. */
package dev.twincast.anycast.net.announce;
