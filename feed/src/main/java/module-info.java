import org.jspecify.annotations.NullMarked;

/** Nothing lost: live by multicast, missed by anycast.  */
@NullMarked
module dev.twincast.feed {
  requires dev.twincast.anycast;
  requires dev.twincast.multicast;
  requires static org.jspecify;
}
