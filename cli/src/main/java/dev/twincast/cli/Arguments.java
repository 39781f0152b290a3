package dev.twincast.cli;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * The options and operands of one call of a command. Each getter throws {@link UsageException} for
 * a value that cannot be read, naming where it came from: the option or the environment variable.
 */
final class Arguments {
  /** An option's text, "" when not set, and where it was set. */
  record Value(String origin, String text) {}

  private final Map<String, Value> values;
  private final List<String> operands;

  Arguments(Map<String, Value> values, List<String> operands) {
    this.values = values;
    this.operands = List.copyOf(operands);
  }

  List<String> operands() {
    return operands;
  }

  boolean flag(String option) {
    return read(
        option,
        text ->
            switch (text) {
              case "true", "yes", "1" -> true;
              case "false", "no", "0", "" -> false;
              default -> throw new IllegalArgumentException("'" + text + "' is not true or false");
            });
  }

  String text(String option) {
    return value(option).text();
  }

  /** The values of an option that may be given several times, or once with commas. */
  List<String> list(String option) {
    String text = text(option);
    return text.isEmpty() ? List.of() : List.of(text.split(",", -1));
  }

  long number(String option, long smallest, long largest) {
    return read(
        option,
        text -> {
          try {
            long number = Long.parseLong(text);
            if (number >= smallest && number <= largest) {
              return number;
            }
          } catch (NumberFormatException notANumber) {
            // the same complaint as for a number out of range
          }
          throw new IllegalArgumentException(
              "'%s' is not a whole number from %d to %d".formatted(text, smallest, largest));
        });
  }

  OptionalLong optionalNumber(String option, long smallest, long largest) {
    return isSet(option)
        ? OptionalLong.of(number(option, smallest, largest))
        : OptionalLong.empty();
  }

  int port(String option) {
    return (int) number(option, 0, 65_535);
  }

  /** UDP ports, 1 to 65535. */
  List<Integer> ports(String option) {
    return read(
        option,
        text ->
            text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(Quantities::port).toList());
  }

  Duration duration(String option) {
    return read(option, Quantities::duration);
  }

  Optional<Duration> optionalDuration(String option) {
    return isSet(option) ? Optional.of(duration(option)) : Optional.empty();
  }

  int bytes(String option) {
    return read(option, Quantities::bytes);
  }

  OptionalDouble optionalPercent(String option) {
    return isSet(option)
        ? OptionalDouble.of(read(option, Quantities::percent))
        : OptionalDouble.empty();
  }

  Optional<Rate> optionalRate(String option) {
    return isSet(option) ? Optional.of(read(option, Rate::parse)) : Optional.empty();
  }

  boolean isSet(String option) {
    return !text(option).isEmpty();
  }

  /** Reads an option's text with a parser that throws IllegalArgumentException. */
  <T> T read(String option, Function<String, T> parser) {
    Value value = value(option);
    try {
      return parser.apply(value.text());
    } catch (IllegalArgumentException e) {
      throw new UsageException(value.origin() + ": " + e.getMessage());
    }
  }

  private Value value(String option) {
    Value value = values.get(option);
    if (value == null) {
      throw new IllegalStateException("the command's syntax has no option " + option);
    }
    return value;
  }
}
