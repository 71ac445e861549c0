package dev.phaseline.worker.item;

import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.RetryPolicy;
import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.AttemptResult;
import dev.phaseline.core.engine.Batch;
import dev.phaseline.core.engine.Item;
import dev.phaseline.core.engine.ItemHistory;
import dev.phaseline.core.engine.Lane;
import dev.phaseline.core.engine.LaneOrders;
import dev.phaseline.core.engine.LaneSettings;
import dev.phaseline.core.engine.Ledger;
import dev.phaseline.core.engine.Ports;
import dev.phaseline.core.engine.Settlement;
import dev.phaseline.core.engine.Sink;
import dev.phaseline.core.engine.Source;
import dev.phaseline.core.engine.TrialGate;
import dev.phaseline.worker.interleaving.Interleavings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;

/// A lane and its runners, as they are in production, on a log that does what it is asked, for a
/// search over their interleavings. One thread is the lane's, the others are the pool's. Items are
/// known by letters; their offsets are in the order of the alphabet.
final class HandOverStage {
  /// The timeout of a handler.
  static final Duration TIMEOUT = Duration.ofSeconds(1);

  private static final int TURNS_MAX = 40;

  /// After so many more turns behind the deed, one interleaving of what is left is enough.
  private static final int TURNS_SEARCHED = 1;

  /// What only decides how many runners there are while they are few, and when the lane looks.
  private static final Set<String> IGNORED =
      Set.of(
          "fatal",
          "waiter",
          "undrainedBytes",
          "Attempt.signNanos",
          "HandlerThreads.unpublishedBytes",
          "HandlerThreads$Runner.startedNanos");

  /// How many there may be.
  private static final Set<String> NUMBERS =
      Set.of("queued", "present", "HandlerThreads.concurrency");

  /// What a handler does with an attempt.
  interface Handling {
    /// The result.
    AttemptResult handle(Attempt attempt);
  }

  final Interleavings world;
  final HandlerThreads pool;
  final Lane lane;
  final HandOverRules rules;
  private final Handling handling;
  private final Queue<Consumer<Source.Listener>> news = new ArrayDeque<>();
  private final Set<String> cancelled = new HashSet<>();
  private final Set<Integer> owned = new HashSet<>();
  private final List<String> items = new ArrayList<>();
  private final Map<Integer, Long> ends = new HashMap<>();
  private final Set<Attempt> reported = new HashSet<>();

  /// @param numbers whether it matters how many runners there are
  HandOverStage(Interleavings world, boolean numbers, Handling handling) {
    this.world = world;
    this.handling = handling;
    var ignored = new HashSet<>(IGNORED);
    if (!numbers) ignored.addAll(NUMBERS);
    world.ignore(ignored);
    this.rules = new HandOverRules(world);
    this.pool = new HandlerThreads("handler", 1, 1L << 20, this::handle, this::took, null);
    nameParts();
    this.lane =
        new Lane(
            new LaneSettings(
                PhaseOptions.DEFAULT
                    .withConcurrency(16)
                    .withTimeout(TIMEOUT)
                    .withRetry(RetryPolicy.DEFAULT.withDelays(Duration.ZERO, Duration.ZERO)),
                new LaneSettings.Commit(100, 1 << 20, Duration.ZERO),
                1_000_000,
                Duration.ofMillis(100),
                LaneSettings.Trials.DEFAULT),
            new Ports(
                Ports.Log.of(new Log()),
                pool,
                (slot, kind, _) -> dead(slot),
                new TrialGate(),
                world::clockNanos,
                () -> 0.5));
  }

  /// Each is known by its field, so that equal states look alike.
  private void nameParts() {
    try {
      for (var field : HandlerThreads.class.getDeclaredFields()) {
        if (!field.getType().getName().startsWith("java.util")) continue;
        field.setAccessible(true);
        var part = field.get(pool);
        world.name(part, field.getName());
        if (field.getName().equals("results")) world.wakes(() -> !((Queue<?>) part).isEmpty());
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Its handlers are quick, so that items of several keys are handed out as runs.
  HandOverStage quick() {
    try {
      var field = HandlerThreads.class.getDeclaredField("speed");
      field.setAccessible(true);
      var speed = (HandlerSpeed) field.get(pool);
      for (var i = 0; i < 2_000; i++) speed.learn(1);
      return this;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Partitions come, and with them items: a letter, its key and its partition each, as in "ak0".
  void begin(String... arriving) {
    world.hurry(true);
    var partitions = new HashMap<Integer, Ledger.Committed>();
    for (var item : arriving) {
      var partition = item.charAt(2) - '0';
      partitions.put(partition, new Ledger.Committed(0, ""));
      owned.add(partition);
    }
    news.add(to -> to.assigned(partitions));
    lane.runOnce();
    lane.runOnce();
    news.add(
        to -> {
          for (var item : arriving) arrives(to, item);
        });
    lane.runOnce();
    lane.runOnce();
  }

  private void arrives(Source.Listener to, String item) {
    var partition = item.charAt(2) - '0';
    var offset = ends.merge(partition, 1L, Long::sum) - 1;
    items.add(item);
    rules.knows(item);
    to.fetched(new Text(partition, offset, item), null);
  }

  /// Something that the log tells while it is polled.
  void tell(Consumer<Source.Listener> what) {
    news.add(what);
    lane.runOnce();
  }

  void revoke(int partition) {
    tell(
        to -> {
          world.hurry(false); // it waits for handlers in here
          to.revoked(List.of(partition));
          gone(partition);
        });
  }

  void lose(int partition) {
    tell(
        to -> {
          to.lost(List.of(partition));
          gone(partition);
        });
  }

  private void gone(int partition) {
    owned.remove(partition);
    world.event("p" + partition + " has gone", () -> rules.gone(partition));
  }

  void cancel(String item) {
    cancelled.add(item);
    obey(false);
  }

  void obey(boolean paused) {
    lane.obey(new LaneOrders(paused, cancelled.isEmpty() ? null : new Ended()));
  }

  /// Goes on until everything has ended.
  void finish() {
    world.hurry(false);
    for (var turns = 0; !isThrough(); turns++) {
      if (turns == TURNS_SEARCHED) world.coast();
      if (turns == TURNS_MAX) world.fail("nothing more happens: " + lane.stats());
      lane.runOnce();
    }
    world.event("closes", rules::closes);
    pool.close();
    world.event("closed", rules::closed);
    world.awaitOthers();
    rules.ended(items, owned, cancelled);
    var stats = lane.stats();
    if (stats.held() != 0 || stats.inProgress() != 0) world.fail("something is held: " + stats);
    if (pool.running() != 0 || pool.hung() != 0) {
      world.fail(pool.running() + " runners are counted, " + pool.hung() + " as hung");
    }
  }

  private boolean isThrough() {
    return lane.isDrained() && lane.stats().held() == 0;
  }

  /// Ends in the middle: the lane takes no more turns.
  void abort() {
    world.event("closes", rules::closes);
    pool.close();
    world.event("closed", rules::closed);
    world.awaitOthers();
  }

  /// An item whose record is its name: the letter after the first is its key.
  private record Text(int partition, long offset, String name) implements Item {
    @Override
    public String key() {
      return name.substring(1, 2);
    }

    @Override
    public int bytes() {
      return 1;
    }
  }

  /// One record without weight.
  private record Result(String text, boolean dead) implements Settlement {
    @Override
    public int records() {
      return 1;
    }

    @Override
    public long bytes() {
      return 0;
    }
  }

  static String text(Attempt attempt) {
    return text(attempt.item());
  }

  private static String text(Item item) {
    return ((Text) item).name();
  }

  static AttemptResult settled(Attempt attempt) {
    return new AttemptResult.Settled(new Result(text(attempt), false));
  }

  private AttemptResult handle(Attempt attempt) {
    var item = text(attempt);
    world.event(
        item + " begins #" + attempt.number(),
        () -> rules.begins(item, attempt, world.isInterrupted()));
    var result = handling.handle(attempt);
    var well = result instanceof AttemptResult.Settled;
    world.event(
        item + " ends " + well, () -> rules.ends(item, attempt, well, world.isInterrupted()));
    return result;
  }

  private void took(Attempt attempt, AttemptResult result, long start, long end) {
    if (!reported.add(attempt)) world.fail(attempt + " is reported twice");
  }

  private Settlement dead(ItemHistory slot) {
    rules.died(text(slot.item()));
    return new Result("dead " + slot, true);
  }

  private final class Ended implements LaneOrders.Cancelled {
    @Override
    public boolean has(Item item) {
      return cancelled.contains(text(item));
    }

    @Override
    public Settlement settlementOf(ItemHistory slot) {
      return new Result("cancelled " + slot, false);
    }
  }

  private final class Log implements Source, Sink, Ledger {
    @Override
    public void poll(long maxWaitNanos, Listener listener) {
      for (var next = news.poll(); next != null; next = news.poll()) next.accept(listener);
      if (maxWaitNanos > 0) world.pass(maxWaitNanos);
    }

    @Override
    public void pause(Collection<Integer> partitions) {}

    @Override
    public void resume(Collection<Integer> partitions) {}

    @Override
    public Fate publish(Batch batch) {
      for (var i = 0; i < batch.size(); i++) rules.published(text(batch.item(i)));
      return new Fate.Done();
    }

    @Override
    public boolean recover(Batch batch) {
      throw new AssertionError("every fate is known");
    }

    @Override
    public Optional<Map<Integer, Committed>> committed(Collection<Integer> partitions) {
      throw new AssertionError("every fate is known");
    }
  }
}
