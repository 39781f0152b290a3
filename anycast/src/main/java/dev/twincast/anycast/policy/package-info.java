/** Which replica is tried next and when: decisions only, so no socket, clock, thread or lock. */
package dev.twincast.anycast.policy;
