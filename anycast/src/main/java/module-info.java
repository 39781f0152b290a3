import org.jspecify.annotations.NullMarked;

@NullMarked
module dev.twincast.anycast {
  requires static org.jspecify;

  exports dev.twincast.anycast;
}
