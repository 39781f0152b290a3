package dev.twincast.probe;

import dev.twincast.anycast.lookup.UncachedLookup;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A program that looks a name up, changes its addresses, and looks it up again. */
public final class LookupProbe {
  private LookupProbe() {}

  /** Takes the path of a hosts file, which it writes. */
  public static void main(String[] args) throws IOException {
    Path hosts = Path.of(args[0]);
    System.setProperty(FileResolver.HOSTS, args[0]);
    Files.writeString(hosts, "10.0.0.1 app.example\n10.0.0.2 app.example\n");
    System.out.println("before: " + text(UncachedLookup.addresses("app.example")));
    Files.writeString(hosts, "10.0.0.3 app.example\n");
    System.out.println("after: " + text(UncachedLookup.addresses("app.example")));
    InetAddress[] cached = InetAddress.getAllByName("app.example");
    System.out.println("the JDK, which caches: " + text(List.of(cached)));
  }

  private static String text(List<InetAddress> addresses) {
    Stream<String> literals = addresses.stream().map(InetAddress::getHostAddress).sorted();
    return String.join(" ", literals.toList());
  }
}
