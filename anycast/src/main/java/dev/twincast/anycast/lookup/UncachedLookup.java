package dev.twincast.anycast.lookup;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.net.spi.InetAddressResolverProvider;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks names up without the JDK's cache, which keeps an answer for 30 seconds.
 *
 * <p>The JDK asks a provider for its resolver when it looks up the first name of the process. This
 * provider hands it the resolver that it would have used anyway, so nothing changes for the
 * application, and remembers it for our own look-ups. With {@code -Djdk.net.hosts.file} the JDK
 * asks no provider; its cache then applies to us too.
 */
public final class UncachedLookup extends InetAddressResolverProvider {

  private static final LookupPolicy POLICY =
      LookupPolicy.of(
          Boolean.getBoolean("java.net.preferIPv4Stack")
              ? LookupPolicy.IPV4
              : LookupPolicy.IPV4 | LookupPolicy.IPV6);

  private static volatile @Nullable InetAddressResolver resolver;

  /** For the JDK, which finds this class as a service. */
  public UncachedLookup() {}

  /**
   * All addresses of a name, as the system's resolver knows them now. May block for many seconds.
   *
   * @throws UnknownHostException if the name has no address, or the look-up failed
   */
  public static List<InetAddress> addresses(String name) throws UnknownHostException {
    InetAddressResolver direct = resolver;
    if (direct == null) {
      // Either the first look-up of this process: nothing is cached, and the JDK calls get() below.
      // Or the JDK did not choose this provider, and its cache is what we can have.
      return List.of(InetAddress.getAllByName(name));
    }
    try (Stream<InetAddress> addresses = direct.lookupByName(name, POLICY)) {
      return addresses.toList();
    }
  }

  @Override
  public InetAddressResolver get(Configuration configuration) {
    InetAddressResolver unchanged =
        ServiceLoader.load(InetAddressResolverProvider.class).stream()
            .filter(provider -> provider.type() != UncachedLookup.class)
            .findFirst()
            .map(provider -> provider.get().get(configuration))
            .orElseGet(configuration::builtinResolver);
    resolver = unchanged;
    return unchanged;
  }

  @Override
  public String name() {
    return "twincast";
  }
}
