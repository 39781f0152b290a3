package dev.twincast.feed.simulation;

import dev.twincast.feed.machine.Machine;
import dev.twincast.feed.machine.RecorderEvent;
import dev.twincast.feed.machine.RecorderMachine;
import dev.twincast.feed.machine.ReplayClient;
import dev.twincast.feed.machine.ReplayServer;
import dev.twincast.feed.machine.SubscriberEvent;
import dev.twincast.feed.machine.SubscriberMachine;
import dev.twincast.feed.mold.Session;
import java.util.Arrays;

/** Records, forces its store after a while, and serves. */
public final class SimulatedRecorder extends SimulatedNode {
  private final CrashableStore store;
  private RecorderMachine machine;
  private boolean isForcing;

  SimulatedRecorder(SimulatedGroup group, String name) {
    super(group, name);
    store = new CrashableStore(group.storeBytes);
    machine = newMachine();
  }

  private RecorderMachine newMachine() {
    return new RecorderMachine(
        group.time.now(), store, group.recorderSettings, group.choice(this), group.random.split());
  }

  /** Dies now; of its store remains what was forced. */
  @Override
  public void crash() {
    group.trace(this, "crashes");
    down();
    store.crash();
    isForcing = false;
  }

  /** Comes back, with what is left in its store. */
  @Override
  public void restart() {
    group.trace(this, "restarts, next #" + next());
    machine = newMachine();
    up();
  }

  /** Loses everything in its store; to be called while it is down. */
  @Override
  void wipe() {
    store.wipe();
  }

  /** Its store does not take the next so many messages. */
  public void failStore(int times) {
    store.fail(times);
  }

  /** Its disk loses these messages. */
  public void damage(long from, long end) {
    store.damage(from, end);
  }

  @Override
  Machine machine() {
    return machine;
  }

  @Override
  ReplayServer.Source source() {
    return machine;
  }

  @Override
  void drain() {
    if (store.isDirty() && !isForcing) {
      if (group.forceNanos == 0) {
        store.force();
      } else {
        isForcing = true;
        RecorderMachine forced = machine;
        group.time.after(group.forceNanos, () -> force(forced));
      }
    }
    RecorderEvent event;
    while ((event = machine.pollEvent()) != null) {
      tell(event);
    }
    group.connections.pumpOf(this);
  }

  private void force(RecorderMachine forced) {
    if (isUp() && forced == machine) {
      isForcing = false;
      store.force();
      pump();
    }
  }

  private void tell(RecorderEvent event) {
    switch (event) {
      case RecorderEvent.Recording(Session session, long from) ->
          group.trace(this, "records " + session + " from #" + from);
      case RecorderEvent.Refused(Session session, _) ->
          group.trace(this, "refuses to record " + session);
      case RecorderEvent.StoreFailed(_, String reason) ->
          group.trace(this, "cannot store: " + reason);
      case RecorderEvent.StoreTakes _ -> group.trace(this, "can store again");
      case RecorderEvent.Heard(Session session, SubscriberEvent heard) -> {
        if (heard instanceof SubscriberEvent.ReplayNeeded) {
          replay(session);
        }
        group.trace(this, Tales.of(heard));
      }
    }
  }

  private void replay(Session session) {
    SubscriberMachine hearing = machine.hearing(session).orElseThrow();
    RecorderMachine replaying = machine;
    SimulatedNode server = group.serverFor(this);
    long now = group.time.now();
    if (server == null) {
      group.time.after(group.network.latency(), () -> failReplay(replaying, hearing));
      return;
    }
    Runnable afterwards =
        () -> {
          if (isUp() && machine == replaying) {
            machine.replayed(group.time.now(), session);
            pump();
          }
        };
    var client = new ReplayClient(now, server.serve, hearing, SimulatedConnection.memory());
    group.connections.connect(this, server, client, it -> {}, afterwards);
  }

  private void failReplay(RecorderMachine replaying, SubscriberMachine hearing) {
    if (isUp() && machine == replaying) {
      hearing.onReplayFailed(group.time.now());
      pump();
    }
  }

  /** The number to be recorded next. */
  public long next() {
    return store.next(group.session.name());
  }

  /** All below this number would be there after a crash. */
  public long durable() {
    return store.durable(group.session.name());
  }

  /** Whether this message would be there after a crash. */
  boolean keeps(long number, byte[] message) {
    return number < durable()
        && Arrays.equals(store.message(group.session.name(), number), message);
  }

  /** Whether it has a message. */
  boolean has(long number) {
    return store.length(group.session.name(), number) >= 0;
  }

  /** Whether it was told that the publisher uses numbers a second time. */
  public boolean wentBack() {
    return next() > 1 && !machine.isServed(group.session);
  }

  boolean isBusy() {
    return isUp()
        && machine
            .hearing(group.session)
            .filter(it -> it.wentBack().isEmpty())
            .filter(it -> it.isReplaying() || it.missing() > 0 || it.position() < it.highest())
            .isPresent();
  }

  /** How many request packets have reached it in its present life. */
  public long requests() {
    return machine.answers().requests();
  }

  /** How many packets it answered with in its present life. */
  public long answers() {
    return machine.answers().packets();
  }
}
