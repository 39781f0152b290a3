package dev.twincast.bench;

import dev.twincast.bench.Statistics.Spread;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What contenders did, turn by turn. A ratio is to another's result of the same turn; what is
 * printed is a median with its range.
 *
 * @param <C> a contender
 * @param <R> what it did in one turn
 */
final class Turns<C, R> {
  private final List<Map<C, R>> turns = new ArrayList<>();

  /** Begins the next turn. */
  void next() {
    turns.add(new HashMap<>());
  }

  /** In this turn. */
  void add(C contender, R result) {
    turns.getLast().put(contender, result);
  }

  String cell(C contender, ToDoubleFunction<R> figure, String format) {
    return text(
        turns.stream()
            .flatMap(turn -> Stream.ofNullable(turn.get(contender)))
            .map(figure::applyAsDouble)
            .toList(),
        format);
  }

  /** An en dash where the other was not run. */
  String ratio(C contender, C to, ToDoubleFunction<R> figure) {
    boolean wasRun = turns.stream().anyMatch(turn -> turn.containsKey(contender));
    boolean hasOther = turns.stream().anyMatch(turn -> turn.containsKey(to));
    return wasRun && !hasOther
        ? "–"
        : text(
            turns.stream()
                .filter(turn -> turn.keySet().containsAll(List.of(contender, to)))
                .map(turn ->
                    figure.applyAsDouble(turn.get(contender)) / figure.applyAsDouble(turn.get(to)))
                .toList(),
            "%.2f");
  }

  /** The figure of every turn, in their order. */
  String each(C contender, ToDoubleFunction<R> figure, String format) {
    return String.join(
        ", ",
        turns.stream()
            .flatMap(turn -> Stream.ofNullable(turn.get(contender)))
            .map(result -> format.formatted(figure.applyAsDouble(result)))
            .toList());
  }

  private static String text(List<Double> values, String format) {
    return values.isEmpty() ? "failed" : Spread.of(values).text(format);
  }
}
