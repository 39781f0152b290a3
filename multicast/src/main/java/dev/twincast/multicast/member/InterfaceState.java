package dev.twincast.multicast.member;

import java.util.Optional;
import java.util.Set;

/**
 * A network interface, as far as memberships and sending depend on it.
 *
 * @param index the kernel's number of it, 0 if there is no such interface; another one when it was
 *     deleted and made again
 * @param isUp whether it is up and has a carrier
 * @param addresses its addresses of the groups' family, as text
 */
public record InterfaceState(int index, boolean isUp, Set<String> addresses) {
  /** No such interface, or none with an address. */
  public static final InterfaceState ABSENT = new InterfaceState(0, false, Set.of());

  public InterfaceState {
    addresses = Set.copyOf(addresses);
  }

  /** Whether groups can be joined on it. */
  public boolean isUsable() {
    return index != 0 && isUp && !addresses.isEmpty();
  }

  /** What has become of it that makes the kernel no longer know it, in words; empty: nothing. */
  public Optional<String> changeTo(InterfaceState now) {
    if (now.index != index) {
      return Optional.of("the interface is another one of the same name");
    }
    return now.addresses.equals(addresses)
        ? Optional.empty()
        : Optional.of("the interface has another address");
  }
}
