/**
 * Any one of many, over TCP.
 *
 * <pre>
 *                        +-- refused --> replica 10.0.0.1:5000   (down)
 *   client -- app:5000 --+
 *                        +-- answer ---> replica 10.0.0.2:5000
 *                        .
 *                        .               replica 10.0.0.3:5000   (never asked)
 * </pre>
 *
 * <p>Terms:
 *
 * <ul>
 *   <li><b>Anycast</b>: a request to a group that any one member answers. Here the group is all
 *       addresses behind the names that a client was given, or all processes that share a port.
 *   <li><b>Replica</b>: a member of the group; one as good as another.
 *   <li><b>Ejected</b>: passed over, since it accepts connections and does not answer. <b>Down</b>:
 *       passed over, since nobody is there. Both are <b>probed</b> in the background.
 *   <li><b>Hedge</b>: a second copy of a request, to another replica, when the first takes long.
 *   <li><b>Idempotent</b>: harmless when carried out twice.
 *   <li><b>VIP</b>: an address that several hosts have; routers send each client to one of them. A
 *       host <b>announces</b> it to be one of those, and <b>withdraws</b> it to be none.
 *   <li><b>Drain</b>: leaving the group without failing anybody: take no new connections, answer
 *       what was asked, then close.
 * </ul>
 *
 * <p>A replica is an {@link dev.twincast.anycast.AnycastServer} with a {@link
 * dev.twincast.anycast.MessageService} or a {@link dev.twincast.anycast.Service}; {@link
 * dev.twincast.anycast.GreetingService} is one to play with. An {@link
 * dev.twincast.anycast.AnycastClient} reaches any live replica, ours or any other TCP server. An
 * {@link dev.twincast.anycast.Announcer} announces a VIP while a service is well.
 *
 * <p>Inside: {@code policy}, {@code announce}, {@code frame} and {@code message} decide and touch
 * nothing, {@code lookup} turns names into addresses, and {@code net} has the sockets.
 */
package dev.twincast.anycast;
