import org.jspecify.annotations.NullMarked;

/** Nothing lost: live by multicast, missed by anycast. */
@SuppressWarnings("module") // the simulation is built after this: it is the test jar
@NullMarked
module dev.twincast.feed {
  requires transitive dev.twincast.anycast;
  requires transitive dev.twincast.multicast;
  requires static org.jspecify;

  exports dev.twincast.feed;
  exports dev.twincast.feed.files;
  exports dev.twincast.feed.journal to
      dev.twincast.feed.simulation;
  exports dev.twincast.feed.machine to
      dev.twincast.feed.simulation;
  exports dev.twincast.feed.mold to
      dev.twincast.feed.simulation;
}
