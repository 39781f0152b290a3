package dev.twincast.bench;

import dev.twincast.bench.Statistics.Spread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** How a contender does its part of a turn. */
  interface Attempt<C, R> {
    /** What it did; empty if it failed, which has been told then. */
    Optional<R> run(C contender) throws IOException;
  }

  /** What may fail without ending the turns. */
  @FunctionalInterface
  interface Trying<R> {
    R run() throws IOException;
  }

  /** What came of it; empty if it failed, which is told. */
  static <R> Optional<R> attempt(Object who, Trying<R> trying) {
    try {
      return Optional.of(trying.run());
    } catch (IOException e) {
      System.err.println(who + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** So many turns, in each of which all contenders do their part, one after the other. */
  static <C, R> Turns<C, R> of(int count, Collection<C> contenders, Attempt<C, R> attempt)
      throws IOException {
    Turns<C, R> turns = new Turns<>();
    for (int i = 0; i < count; i++) {
      turns.next();
      for (C contender : contenders) {
        attempt.run(contender).ifPresent(result -> turns.add(contender, result));
      }
    }
    return turns;
  }

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
