import dev.twincast.anycast.lookup.UncachedLookup;
import java.net.spi.InetAddressResolverProvider;
import org.jspecify.annotations.NullMarked;

/** Any one of many, over TCP: see {@link dev.twincast.anycast}. */
@NullMarked
module dev.twincast.anycast {
  requires static org.jspecify;

  exports dev.twincast.anycast;

  uses InetAddressResolverProvider;

  provides InetAddressResolverProvider with
      UncachedLookup;
}
