/**
 * SoupBinTCP 3.00 (Nasdaq), to the byte: a session's messages in order over a TCP connection.
 *
 * <pre>
 *   packet: length (2) of what follows │ type (1) │ payload
 *
 *   client                         server
 *     │ L login: session, from n ──▶ │
 *     │ ◀── A accepted: from n       │      or J rejected, and closed
 *     │ ◀── S message n              │
 *     │ ◀── S message n + 1          │      no number travels: both count
 *     │ R ──▶                 ◀── H  │      heartbeats, after a second of silence
 *     │ O logout ──▶          ◀── Z  │      end of session
 * </pre>
 *
 * <p>Only bytes to values and back: nothing is decided here. A stream may be cut anywhere: {@link
 * dev.twincast.feed.soup.SoupReader} puts it together again, in bounded memory.
 */
package dev.twincast.feed.soup;
