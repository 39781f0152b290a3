import org.jspecify.annotations.NullMarked;

/** The command `twincast`. Nothing here is API for other programs but the command line itself. */
@NullMarked
module dev.twincast.cli {
  requires HdrHistogram;
  requires com.google.gson;
  requires dev.twincast.anycast;
  requires dev.twincast.feed;
  requires dev.twincast.multicast;
  requires jdk.unsupported; // sun.misc.Signal: the first Ctrl-C drains, the second ends at once
  requires org.apache.commons.cli;
  requires static org.jspecify;
}
