package dev.twincast.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SyntaxTest {
  private final Syntax syntax =
      Syntax.of("fly", "flies")
          .example("fly moon", "to the moon")
          .operands("PLACE ...")
          .option("max-loss", "PERCENT", "0", "how many may be missing")
          .option("timeout", "DURATION", "2s", "for each flight")
          .option("source", "ADDRESS", "", "only from here")
          .flagOnByDefault("loopback", "not back");

  private Arguments parse(String... args) {
    return syntax.parse(List.of(args), Map.of());
  }

  @Test
  void takesDefaultThenEnvironmentThenOption() {
    Map<String, String> environment = Map.of("TWINCAST_MAX_LOSS", "5");

    assertEquals(0, parse().optionalPercent("max-loss").orElseThrow());
    assertEquals(5, syntax.parse(List.of(), environment).optionalPercent("max-loss").orElseThrow());
    assertEquals(
        7,
        syntax
            .parse(List.of("--max-loss", "7%"), environment)
            .optionalPercent("max-loss")
            .orElseThrow());
  }

  @Test
  void mixesOptionsAndOperandsInAnyOrder() {
    Arguments arguments = parse("a", "--timeout", "100ms", "b", "--", "--c");

    assertEquals(List.of("a", "b", "--c"), arguments.operands());
    assertEquals(Duration.ofMillis(100), arguments.duration("timeout"));
  }

  @Test
  void leavesQuotesOfOperandsAndValuesAsTheyAre() {
    Arguments arguments = parse("\"quoted\"", "--source", "\"x\"");

    assertEquals(List.of("\"quoted\""), arguments.operands());
    assertEquals("\"x\"", arguments.text("source"));
  }

  @Test
  void takesRepeatedOptionsAndCommas() {
    assertEquals(List.of("a", "b", "c"), parse("--source", "a,b", "--source", "c").list("source"));
    assertEquals(List.of(), parse().list("source"));
  }

  @Test
  void turnsOffAFlagThatIsOnByDefault() {
    assertTrue(parse().flag("loopback"));
    assertTrue(parse("--loopback").flag("loopback"));
    assertFalse(parse("--no-loopback").flag("loopback"));
    assertFalse(syntax.parse(List.of(), Map.of("TWINCAST_LOOPBACK", "false")).flag("loopback"));
  }

  @Test
  void namesTheNearestOptionForAnUnknownOne() {
    UsageException e = assertThrows(UsageException.class, () -> parse("--timout", "1s"));

    assertEquals("unknown option --timout, did you mean --timeout?", e.getMessage());
  }

  @Test
  void doesNotTakeAbbreviations() {
    assertThrows(UsageException.class, () -> parse("--time", "1s"));
  }

  @Test
  void saysWhichOptionLacksItsValue() {
    UsageException e = assertThrows(UsageException.class, () -> parse("--timeout"));

    assertEquals("option --timeout needs a value", e.getMessage());
  }

  @Test
  void saysWhereABadValueCameFrom() {
    Arguments arguments = syntax.parse(List.of(), Map.of("TWINCAST_TIMEOUT", "soon"));

    UsageException e = assertThrows(UsageException.class, () -> arguments.duration("timeout"));

    assertEquals(
        "TWINCAST_TIMEOUT: 'soon' is not a duration such as 100ms, 2s or 1m", e.getMessage());
  }

  @Test
  void refusesNumbersOutsideTheirRange() {
    Arguments arguments = parse("--source", "70000");

    UsageException e = assertThrows(UsageException.class, () -> arguments.port("source"));

    assertEquals("--source: '70000' is not a whole number from 0 to 65535", e.getMessage());
  }

  @Test
  void helpOpensWithExamples() {
    assertTrue(syntax.help("./twincast").startsWith("Examples:\n  ./twincast fly moon\n"));
  }
}
