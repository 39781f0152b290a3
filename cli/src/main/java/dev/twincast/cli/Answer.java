package dev.twincast.cli;

/**
 * What came of one call.
 *
 * @param replica the replica's name as far as it says it, else its address
 * @param address the replica's address
 * @param text the line to show
 * @param nanos from the call to the last byte, failed attempts included
 */
record Answer(String replica, String address, String text, long nanos) {}
