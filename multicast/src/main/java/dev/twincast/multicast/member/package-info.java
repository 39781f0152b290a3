/** Staying a member: when to join again. Pure: no socket, clock or thread. */
package dev.twincast.multicast.member;
