import org.jspecify.annotations.NullMarked;

/** Nothing lost: live by multicast, missed by anycast. */
@NullMarked
module dev.twincast.feed {
  requires transitive dev.twincast.anycast;
  requires transitive dev.twincast.multicast;
  requires static org.jspecify;

  exports dev.twincast.feed;
  exports dev.twincast.feed.files;
}
