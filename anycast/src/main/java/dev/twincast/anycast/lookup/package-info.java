/** Names to addresses, past the JDK's cache. */
package dev.twincast.anycast.lookup;
