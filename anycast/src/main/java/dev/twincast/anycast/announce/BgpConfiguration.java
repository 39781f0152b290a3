package dev.twincast.anycast.announce;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a running configuration of FRR tells of its BGP routers. */
public final class BgpConfiguration {
  private static final Pattern ROUTER =
      Pattern.compile("^router bgp (\\d{1,10})( as-notation \\S+)?\\s*$", Pattern.MULTILINE);

  private BgpConfiguration() {}

  /** The AS numbers of the routers in the default VRF: none, or one. */
  public static List<Long> asNumbers(String runningConfiguration) {
    List<Long> numbers = new ArrayList<>();
    for (Matcher m = ROUTER.matcher(runningConfiguration); m.find(); ) {
      numbers.add(Long.valueOf(m.group(1)));
    }
    return numbers;
  }
}
