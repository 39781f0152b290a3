/**
 * The serving half of the message service. Pure: no socket, clock or thread; bytes come and go
 * through a {@link dev.twincast.anycast.message.Wire}, and the time is an argument.
 *
 * <pre>
 *            Wire.read                    Service, in the loop
 *   client ------------> RequestDecoder --+--> Answering ----+
 *     ^                                   |                  |
 *     |      Wire.write                   +--> virtual thread (later)
 *     +----------------- Backlog <---------------------------+
 *                        (only what the client has not taken at once)
 * </pre>
 *
 * <p>{@link dev.twincast.anycast.message.Conversation} is one connection. It ends for exactly one
 * reason, an {@link dev.twincast.anycast.message.Ending}.
 */
package dev.twincast.anycast.message;
