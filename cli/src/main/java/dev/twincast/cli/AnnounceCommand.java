package dev.twincast.cli;

import dev.twincast.anycast.Announcer;
import dev.twincast.anycast.Check;
import java.io.IOException;

/** {@code announce}: announces an address while a service passes its checks. */
final class AnnounceCommand implements Command {
  @Override
  public Syntax syntax() {
    return announcing(
        Syntax.of("announce", "announces an address while a service is well")
            .example(
                "announce 10.99.0.1 --check tcp://127.0.0.1:5000 --via"
                    + " bird:/run/bird/bird.ctl:vip1",
                "enables BIRD's static protocol vip1 while the service answers")
            .example(
                "announce 10.99.0.1 --check tcp://127.0.0.1:5000?ping --via address:lo",
                "puts the address on lo, for 3 seconds at a time: whoever dies, it goes away")
            .example(
                "announce 10.99.0.1 --check-command 'pg_isready -q' --via frr:/run/frr:65001",
                "a command checks, and bgpd announces")
            .operands("VIP ...")
            .option("check", "URL", "", "tcp://HOST:PORT[?ping or ?send=TEXT&expect=TEXT]")
            .option("check-command", "CMD", "", "instead: well is exit code 0 of sh -c CMD")
            .flagOnByDefault("hold", "hold no connection open beside the checks"));
  }

  /** The options that {@code serve} has, too. */
  static Syntax announcing(Syntax syntax) {
    return syntax
        .option("via", "WAY", "", "bird:SOCKET:PROTOCOL, frr:VTYDIR:ASN, address:IFACE; repeatable")
        .option("interval", "DURATION", "100ms", "from one check to the next")
        .option("check-timeout", "DURATION", "", "of a check; default 300ms, of a command 2s")
        .option("fall", "N", "2", "so many failures in a row withdraw")
        .option("rise", "N", "2", "so many successes in a row announce")
        .option("hold-down", "DURATION", "10s", "between two announcements; doubles with flapping")
        .option("lease", "DURATION", "3s", "lifetime of an address; a third of it: told again");
  }

  @Override
  public int run(Arguments arguments, Output out, Stop stop) throws IOException {
    if (arguments.operands().isEmpty()) {
      throw new UsageException("which address? give the VIP");
    }
    Announcing announcing = new Announcing(out);
    Announcer.Builder builder =
        announcing
            .builder(arguments.operands(), arguments)
            .check(check(arguments))
            .hold(arguments.flag("hold"));
    Announcer announcer = builder.open();
    try (announcer) {
      announcer.await();
    } catch (InterruptedException stopped) {
      // the only way out, but for a fault
    }
    out.emit(announcing.summary());
    return announcing.exitCode(announcer.isWithdrawn(), stop);
  }

  private static Check check(Arguments arguments) {
    boolean isCommand = arguments.isSet("check-command");
    if (isCommand == arguments.isSet("check")) {
      throw new UsageException(
          isCommand
              ? "--check or --check-command, not both"
              : "what is to be checked? give --check");
    }
    return isCommand
        ? Check.command(arguments.text("check-command"))
        : arguments.read("check", Check::parse);
  }
}
