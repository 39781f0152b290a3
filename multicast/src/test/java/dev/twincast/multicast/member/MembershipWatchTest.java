package dev.twincast.multicast.member;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MembershipWatchTest {
  private static final long SECOND = 1_000_000_000L;
  private static final InterfaceState UP = new InterfaceState(2, true, Set.of("10.0.0.1"));
  private static final InterfaceState DOWN = new InterfaceState(2, false, Set.of("10.0.0.1"));
  private static final InterfaceState BARE = new InterfaceState(2, true, Set.of());

  private final MembershipWatch watch = new MembershipWatch(0, 60 * SECOND, UP);

  @Test
  void joinsAgainAfterASilenceAndThenAfterEachFurtherOne() {
    assertEquals(Optional.empty(), watch.onTick(59 * SECOND, UP));
    assertEquals(Optional.of("nothing heard for 60 s"), watch.onTick(60 * SECOND, UP));
    assertEquals(Optional.empty(), watch.onTick(61 * SECOND, UP));
    assertEquals(Optional.of("nothing heard for 60 s"), watch.onTick(120 * SECOND, UP));
  }

  @Test
  void isContentWhileSomethingIsHeard() {
    for (long second = 1; second < 200; second += 50) {
      watch.onDatagram(second * SECOND);
      assertEquals(Optional.empty(), watch.onTick((second + 49) * SECOND, UP));
    }
  }

  @Test
  void leavesSilenceAloneIfTold() {
    MembershipWatch deaf = new MembershipWatch(0, MembershipWatch.NEVER, UP);

    assertEquals(Optional.empty(), deaf.onTick(100_000 * SECOND, UP));
  }

  @Test
  void joinsAgainWhenTheLinkIsBackAndNotBefore() {
    assertEquals(Optional.empty(), watch.onTick(SECOND, DOWN));
    assertEquals(Optional.empty(), watch.onTick(90 * SECOND, DOWN));
    assertEquals(Optional.of("the interface is back"), watch.onTick(91 * SECOND, UP));
    assertEquals(Optional.empty(), watch.onTick(92 * SECOND, UP));
  }

  @Test
  void joinsAgainWhenTheAddressIsBack() {
    assertEquals(Optional.empty(), watch.onTick(SECOND, BARE));
    assertEquals(Optional.of("the interface is back"), watch.onTick(2 * SECOND, UP));
  }

  @Test
  void joinsAgainWhenTheAddressOrTheInterfaceIsAnotherOne() {
    InterfaceState moved = new InterfaceState(2, true, Set.of("10.0.0.9"));
    InterfaceState remade = new InterfaceState(7, true, Set.of("10.0.0.9"));

    assertEquals(Optional.of("the interface has another address"), watch.onTick(SECOND, moved));
    assertEquals(
        Optional.of("the interface is another one of the same name"),
        watch.onTick(2 * SECOND, remade));
    assertEquals(Optional.empty(), watch.onTick(3 * SECOND, remade));
  }

  @Test
  void joinsForTheFirstTimeWhenAnAwaitedInterfaceAppears() {
    MembershipWatch awaiting = new MembershipWatch(0, MembershipWatch.NEVER, InterfaceState.ABSENT);

    assertEquals(Optional.empty(), awaiting.onTick(SECOND, InterfaceState.ABSENT));
    assertEquals(Optional.of("the interface is there"), awaiting.onTick(2 * SECOND, UP));
  }

  @Test
  void triesAgainAfterAFailure() {
    watch.onTick(60 * SECOND, UP);

    watch.onFailure();

    assertEquals(Optional.of("the interface is back"), watch.onTick(61 * SECOND, UP));
  }

  @Test
  void whateverHappensIsJoinedOnTheInterfaceAsItIsInTheEnd() {
    InterfaceState[] states = {
      UP, DOWN, BARE, InterfaceState.ABSENT, new InterfaceState(3, true, Set.of("10.0.0.2"))
    };
    for (long seed = 0; seed < 5_000; seed++) {
      Random random = new Random(seed);
      MembershipWatch watched = new MembershipWatch(0, MembershipWatch.NEVER, UP);
      InterfaceState joinedOn = UP;
      boolean lostSince = false;
      InterfaceState state = UP;
      for (int tick = 1; tick < 30; tick++) {
        state = states[random.nextInt(states.length)];
        lostSince |= !state.isUsable();
        if (watched.onTick(tick, state).isPresent()) {
          joinedOn = state;
          lostSince = false;
        }
      }
      if (state.isUsable()) {
        assertEquals(state, joinedOn, "seed " + seed);
        assertEquals(false, lostSince, "seed " + seed);
      }
    }
  }
}
