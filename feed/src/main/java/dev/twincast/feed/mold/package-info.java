/**
 * MoldUDP64 1.00 (Nasdaq), to the byte: a session's messages, numbered from 1, in datagrams.
 *
 * <pre>
 *   downstream packet                              request packet
 *   0  ┌──────────────────────────┐                0  ┌──────────────────────────┐
 *      │ session, ASCII, padded ▸ │ 10                │ session                  │ 10
 *   10 ├──────────────────────────┤                10 ├──────────────────────────┤
 *      │ number of the first      │ 8                 │ first number wanted      │ 8
 *   18 ├──────────────────────────┤                18 ├──────────────────────────┤
 *      │ count                    │ 2                 │ how many                 │ 2
 *   20 ├──────────────────────────┤                20 └──────────────────────────┘
 *      │ length │ data            │ 2 + length
 *      │ length │ data            │ …
 *      └──────────────────────────┘
 *   count 0: heartbeat · count 0xFFFF: end of session; both name the next number to come
 * </pre>
 *
 * <p>Only bytes to values and back: nothing is decided here. All numbers are big-endian, whatever
 * the order of the buffer is set to. What comes from the network may be any bytes: decoding never
 * throws, never reads beyond the buffer's limit, and reserves nothing by a length it has read.
 */
package dev.twincast.feed.mold;
