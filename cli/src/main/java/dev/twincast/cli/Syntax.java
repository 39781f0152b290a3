package dev.twincast.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/**
 * What one command takes: its examples, operands and options. From it come the parser and the help,
 * so that they cannot disagree. Each option can also be set in the environment: {@code --max-loss}
 * by {@code TWINCAST_MAX_LOSS}.
 */
final class Syntax {
  private final String name;
  private final String summary;
  private final List<String> examples = new ArrayList<>();
  private String operands = "";
  private final Map<String, Item> items = new LinkedHashMap<>();

  /** One option. A flag has an empty placeholder and the default "true" or "false". */
  record Item(String name, String placeholder, String defaultValue, String help) {
    boolean isFlag() {
      return placeholder.isEmpty();
    }

    String environmentName() {
      return "TWINCAST_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
  }

  private Syntax(String name, String summary) {
    this.name = name;
    this.summary = summary;
  }

  static Syntax of(String name, String summary) {
    return new Syntax(name, summary)
        .flag("help", "print this help")
        .flag("json", "NDJSON on standard output, one event a line, a summary last")
        .flag("verbose", "say more, and print stack traces of errors");
  }

  /** A line to type, without the program's name, and what it does. */
  Syntax example(String arguments, String what) {
    examples.add("  PROGRAM " + arguments + System.lineSeparator() + "      " + what);
    return this;
  }

  Syntax operands(String text) {
    operands = text;
    return this;
  }

  /** An option with a value; an empty default means: not set. */
  Syntax option(String option, String placeholder, String defaultValue, String help) {
    items.put(option, new Item(option, placeholder, defaultValue, help));
    return this;
  }

  Syntax flag(String flag, String help) {
    items.put(flag, new Item(flag, "", "false", help));
    return this;
  }

  /** A flag that is on unless {@code --no-FLAG} is given. */
  Syntax flagOnByDefault(String flag, String help) {
    items.put(flag, new Item(flag, "", "true", help));
    return this;
  }

  String name() {
    return name;
  }

  String summary() {
    return summary;
  }

  /**
   * @throws UsageException naming what is wrong, and the nearest option when one is unknown
   */
  Arguments parse(List<String> args, Map<String, String> environment) {
    try {
      CommandLine line =
          DefaultParser.builder()
              .setAllowPartialMatching(false)
              .setStripLeadingAndTrailingQuotes(false)
              .get()
              .parse(options(), args.toArray(String[]::new));
      Map<String, Arguments.Value> values = new LinkedHashMap<>();
      for (Item item : items.values()) {
        values.put(item.name(), value(item, line, environment));
      }
      return new Arguments(values, line.getArgList());
    } catch (UnrecognizedOptionException e) {
      throw new UsageException(
          "unknown option " + e.getOption() + nearest(e.getOption(), optionNames()));
    } catch (MissingArgumentException e) {
      throw new UsageException("option --" + e.getOption().getLongOpt() + " needs a value");
    } catch (ParseException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private static Arguments.Value value(
      Item item, CommandLine line, Map<String, String> environment) {
    String option = "--" + item.name();
    if (item.isFlag() && line.hasOption(item.name())) {
      return new Arguments.Value(option, "true");
    }
    if (item.isFlag() && line.hasOption("no-" + item.name())) {
      return new Arguments.Value(option, "false");
    }
    if (line.hasOption(item.name())) {
      return new Arguments.Value(option, String.join(",", line.getOptionValues(item.name())));
    }
    String set = environment.get(item.environmentName());
    return set == null
        ? new Arguments.Value(option, item.defaultValue())
        : new Arguments.Value(item.environmentName(), set);
  }

  private Options options() {
    Options options = new Options();
    for (Item item : items.values()) {
      options.addOption(
          Option.builder().longOpt(item.name()).hasArg(!item.isFlag()).desc(item.help()).get());
      if (item.isFlag() && item.defaultValue().equals("true")) {
        options.addOption(Option.builder().longOpt("no-" + item.name()).get());
      }
    }
    return options;
  }

  private List<String> optionNames() {
    return items.keySet().stream().map(item -> "--" + item).toList();
  }

  /** ", did you mean X?" for the nearest candidate, or "" when none is near. */
  static String nearest(String typed, Collection<String> candidates) {
    String best = "";
    int bestDistance = Math.max(2, typed.length() / 3) + 1;
    for (String candidate : candidates) {
      int distance = distance(typed, candidate);
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best.isEmpty() ? "" : ", did you mean " + best + "?";
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }

  /** The help, examples first. {@code program} is how the user called us. */
  String help(String program) {
    StringBuilder help = new StringBuilder("Examples:\n");
    for (String example : examples) {
      help.append(example.replace("PROGRAM", program)).append('\n');
    }
    help.append("\n%s %s: %s\n\n".formatted(program, name, summary));
    help.append("Usage: %s %s [OPTION ...] %s\n\n".formatted(program, name, operands));
    help.append("Options (each also from the environment, as TWINCAST_OPTION_NAME):\n");
    for (Item item : items.values()) {
      boolean onByDefault = item.isFlag() && item.defaultValue().equals("true");
      String left = (onByDefault ? "--no-" : "--") + item.name() + " " + item.placeholder();
      String shownDefault =
          item.isFlag() || item.defaultValue().isEmpty()
              ? ""
              : " (default " + item.defaultValue() + ")";
      help.append("  %-22s %s%s\n".formatted(left.strip(), item.help(), shownDefault));
    }
    return help.toString();
  }
}
