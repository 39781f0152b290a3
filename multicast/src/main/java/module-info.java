import org.jspecify.annotations.NullMarked;

@NullMarked
module dev.twincast.multicast {
  requires static org.jspecify;

  exports dev.twincast.multicast;
  exports dev.twincast.multicast.measure;
}
