import dev.twincast.anycast.lookup.UncachedLookup;
import java.net.spi.InetAddressResolverProvider;
import org.jspecify.annotations.NullMarked;

/** Any one of many, over TCP: see {@link dev.twincast.anycast}. */
@SuppressWarnings("module") // feed is built after this
@NullMarked
module dev.twincast.anycast {
  requires static org.jspecify;

  exports dev.twincast.anycast;
  exports dev.twincast.anycast.lookup to
      dev.twincast.feed;
  exports dev.twincast.anycast.policy to
      dev.twincast.feed;

  uses InetAddressResolverProvider;

  provides InetAddressResolverProvider with
      UncachedLookup;
}
