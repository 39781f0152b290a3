package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command says of itself, and to those who mistype. */
final class UsageTest {
  @AutoClose private final Host machine = Host.local();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          serv                                  | unknown command 'serv', did you mean serve?
          call localhost --cuont 5              | unknown option --cuont, did you mean --count?
          call                                  | which replicas?
          call localhost:99999                  | port 99999
          call localhost --count                | --count needs a value
          call localhost --count many           | --count: 'many' is not a whole number
          call localhost --policy best          | --policy: 'best' is not random
          call localhost --connect --messages   | leave out --message and --messages
          call localhost --hedge 30ms           | --hedge is for --messages
          call localhost --timeout 2parsecs     | --timeout: '2parsecs' is not a duration
          serve --port 65536                    | --port: '65536' is not a whole number from 0 to 65535
          serve --port -1                       | --port: '-1' is not a whole number from 0 to 65535
          serve extra                           | unexpected 'extra'
          receive 239.1.2.3:70000               | port 70000 is out of range
          receive 239.1.2.3:0                   | port 0 is out of range
          receive 192.168.1.1:5000              | for a single host: --unicast
          send 239.1.2.3:5000%nosuch0 hello     | no interface "nosuch0"
          send --interface nosuch0 hello        | no interface "nosuch0"
          receive --unicast 70000               | --unicast: '70000' is not a port
          receive example.com:5000              | "example.com" is not an IP address
          receive 239.1.2.3%lo --duration soon  | --duration: 'soon' is not a duration
          receive 239.1.2.3%lo --source 239.1.1.1 | 239.1.1.1
          send 192.168.1.1:5000 hello           | 192.168.1.1 is not a multicast address
          send [ff15::1]:99999 hello            | port 99999 is out of range
          send 239.1.2.3%lo --ttl 256           | --ttl: '256' is not a whole number from 0 to 255
          send 239.1.2.3%lo --file /no/such     | there is no file /no/such
          subscribe --policy best               | --policy: 'best' is not random
          demo today                            | unexpected 'today'
          """)
  void exitsWith2AndSaysWhatIsWrong(String arguments, String complaint) {
    Program program = machine.twincast(arguments);

    assertEquals(2, program.exitCode(), program::toString);
    program.await(complaint);
    assertEquals(List.of(), program.out(), program::toString);
    assertEquals(1, program.err().size(), program::toString);
  }

  @Test
  void saysItsVersionItsJdkAndItsPlatform() {
    Program version = machine.twincast("--version");

    assertEquals(0, version.exitCode());
    version.awaitMatch(
        "^twincast \\d+\\.\\d+\\S*, JDK (2[5-9]|[3-9]\\d)\\S* \\(.+\\), Linux \\w+$");
  }

  @Test
  void withoutACommandPrintsItsHelpAsAnError() {
    Program program = machine.twincast("");

    assertEquals(2, program.exitCode());
    assertEquals("Examples:", program.err().getFirst());
  }

  /** In a network of its own, with the default address and ports, as a user on a quiet machine. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", "demo", "serve", "call", "send", "receive", "publish", "subscribe", "record"})
  @Needs(Tool.NAMESPACES)
  void theHelpOpensWithExamplesThatWorkAsPrinted(String command) {
    Program help = machine.twincast(command + " --help");
    assertEquals(0, help.exitCode(), help::toString);
    assertEquals("Examples:", help.out().getFirst());

    try (Network network = Network.open()) {
      Host host = network.host("help");
      int examples = 0;
      for (int i = 1; help.out().get(i).startsWith("  ./twincast "); i += 2, examples++) {
        String example = help.out().get(i);
        String promise = help.out().get(i + 1);
        Program program = host.start("bash -c", example);
        assertEquals(promisedExitCode(promise), program.exitCode(), program::toString);
        assertFalse(program.says("Exception"), program::toString);
      }
      assertTrue(examples > 0, help::toString);
    }
  }

  private static int promisedExitCode(String promise) {
    Matcher matcher = Pattern.compile("exits with (\\d)").matcher(promise);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }
}
