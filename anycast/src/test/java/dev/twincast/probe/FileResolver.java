package dev.twincast.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The resolver of an application: reads a file of lines {@code ADDRESS NAME} at each look-up. */
public final class FileResolver extends InetAddressResolverProvider implements InetAddressResolver {

  /** The system property with the path of the file. */
  public static final String HOSTS = "dev.twincast.probe.hosts";

  /** For the JDK, which finds this class as a service. */
  public FileResolver() {}

  @Override
  public InetAddressResolver get(Configuration configuration) {
    return this;
  }

  @Override
  public String name() {
    return "file";
  }

  @Override
  public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
      throws UnknownHostException {
    try {
      return Files.readAllLines(Path.of(System.getProperty(HOSTS))).stream()
          .map(line -> line.split(" ", 2))
          .filter(words -> words[1].equals(host))
          .map(words -> InetAddress.ofLiteral(words[0]));
    } catch (IOException e) {
      throw new UnknownHostException(host);
    }
  }

  @Override
  public String lookupByAddress(byte[] address) throws UnknownHostException {
    throw new UnknownHostException("not in this test");
  }
}
