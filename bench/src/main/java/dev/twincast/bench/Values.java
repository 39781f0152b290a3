package dev.twincast.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Words of the form {@code key=value}: the settings of a program, and its line of results. */
record Values(Map<String, String> map) {

  Values {
    map = Map.copyOf(map);
  }

  /**
   * Reads words separated by blanks.
   *
   * @throws IllegalArgumentException if one has no {@code =}
   */
  static Values parse(String line) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String word : line.strip().split("\\s+", -1)) {
      int equals = word.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("\"" + word + "\" is not key=value");
      }
      map.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return new Values(map);
  }

  String text(String key) {
    String value = map.get(key);
    if (value == null) {
      throw new IllegalArgumentException("no " + key + "= in \"" + this + "\"");
    }
    return value;
  }

  long number(String key) {
    return Long.parseLong(text(key));
  }

  int integer(String key) {
    return Integer.parseInt(text(key));
  }

  /** These and one more. */
  Values with(String key, long value) {
    Map<String, String> more = new LinkedHashMap<>(map);
    more.put(key, Long.toString(value));
    return new Values(more);
  }

  /** Of a line of results: operations per second. */
  double rate() {
    return 1e9 * number("measured") / number("nanos");
  }

  /** Of a line of results: CPU time of one operation, in microseconds. */
  double cpuMicros() {
    return number("cpu") / 1e3 / number("measured");
  }

  @Override
  public String toString() {
    return map.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .sorted()
        .collect(Collectors.joining(" "));
  }
}
