/**
 * Plain multicast: one sends a datagram once, every member of the group gets it.
 *
 * <pre>
 *   MulticastSender ──▶ 239.1.2.3:5000 ──┬──▶ MulticastReceiver   a member
 *        (need not be a member)          ├──▶ MulticastReceiver   a member
 *                                        └──▶ any other program   a member
 *                                         ✗   a host that left, or has not joined
 * </pre>
 *
 * <p>The datagram is the message: there is no header of ours, so any program can read what we send,
 * and we read what any program sends. Nothing is repeated: what is lost is lost, what was sent
 * before a join is not heard. Datagrams may arrive twice or in another order.
 *
 * <dl>
 *   <dt>group
 *   <dd>a multicast address (IPv4 224.0.0.0 to 239.255.255.255, IPv6 ff00::/8; RFC 1112, RFC 4291)
 *       and a UDP port. Only the address reaches the network: the port sorts datagrams within a
 *       host
 *   <dt>membership
 *   <dd>what a host asks of its network, for one group on one interface: by IGMP for IPv4 (RFC
 *       3376), by MLD for IPv6 (RFC 3810). Sent on {@code join}, withdrawn on {@code leave} and
 *       {@code close}
 *   <dt>any-source
 *   <dd>a membership for whatever anybody sends to the group
 *   <dt>source-specific
 *   <dd>a membership for what the named senders send (SSM, RFC 4607; 232.0.0.0/8 and ff3x::/32 are
 *       set aside for it, but the kernel filters sources in any group)
 *   <dt>TTL
 *   <dd>how many networks a datagram may cross: 1, the default, stays on this one; each router
 *       takes one off. IPv6 calls it hop limit and has a scope in the address as well (ff02: this
 *       link, ff05: this site)
 *   <dt>interface
 *   <dd>a host with two networks has two places to send to and to listen at. This library always
 *       names the interface to the kernel, so that both ends agree; {@link
 *       dev.twincast.multicast.Interfaces#choose} says how it is chosen
 * </dl>
 *
 * <p>The package {@code udp}, hidden, is the only one that touches sockets.
 */
package dev.twincast.multicast;
