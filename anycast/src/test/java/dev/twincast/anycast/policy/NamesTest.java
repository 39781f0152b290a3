package dev.twincast.anycast.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NamesTest {

  private static final long MILLI = 1_000_000;

  private final Names<String, String> names =
      new Names<>(
          List.of("a", "10.0.0.1", "b", "a"),
          name -> name.startsWith("1") ? Optional.of(name) : Optional.empty());
  private final long now = Long.parseLong("9223372036854775807"); // the clock overflows

  @Test
  void looksUpEachNameOnceAndNoLiteral() {
    assertEquals(List.of("a", "b"), names.use(now));
    assertEquals(List.of(), names.use(now));
    assertEquals(Set.of("10.0.0.1"), names.addresses());
  }

  @Test
  void looksUpAgainAfterHalfASecondInUseAndAtOnceAfterAFailure() {
    answerBoth();
    assertEquals(List.of(), names.use(now + 499 * MILLI));
    assertEquals(List.of(), names.renew(now + 9 * MILLI));
    assertEquals(List.of("a", "b"), names.renew(now + 10 * MILLI));
    answer("a", "b");
    assertEquals(List.of("a", "b"), names.use(now + 510 * MILLI));
  }

  @Test
  void keepsWhatIsKnownWhenALookupFailsOrFindsNothing() {
    answerBoth();
    names.use(now + 600 * MILLI);
    names.onFailure("a");
    names.onAnswer("b", List.of());
    assertEquals(Set.of("of a", "10.0.0.1", "of b"), names.addresses());
  }

  @Test
  void takesTheNewAnswerInThePlaceOfTheOld() {
    answerBoth();
    names.use(now + 600 * MILLI);
    names.onAnswer("a", List.of("new 1", "new 2"));
    assertEquals(Set.of("new 1", "new 2", "10.0.0.1", "of b"), names.addresses());
  }

  @Test
  void aCallIsPatientOnlyWhileNothingElseWillDo() {
    names.use(now);
    assertEquals(50 * MILLI, names.patienceNanos(now)); // there is a literal
    names.onAnswer("a", List.of("of a"));
    assertEquals(10 * MILLI, names.patienceNanos(now + 40 * MILLI)); // b is not known yet
    names.onFailure("b");
    assertEquals(0, names.patienceNanos(now + 41 * MILLI));
    assertEquals(List.of("b"), names.withoutAddress());

    var unknown = new Names<String, String>(List.of("a"), name -> Optional.empty());
    unknown.use(now);
    assertEquals(Long.MAX_VALUE, unknown.patienceNanos(now));
  }

  private void answerBoth() {
    names.use(now);
    answer("a", "b");
  }

  private void answer(String... which) {
    for (String name : which) {
      names.onAnswer(name, List.of("of " + name));
    }
  }
}
