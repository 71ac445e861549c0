package dev.phaseline.worker.telemetry;

import dev.phaseline.core.DeadKind;
import dev.phaseline.core.engine.LaneStats;
import dev.phaseline.worker.Placement;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// The meters of one phase in one worker: docs/metrics.md says what each of them means. Every
/// series is there from the start, at zero, so that a rate over it sees the first event; the labels
/// are pipeline, phase and words from closed sets, never anything of an item.
///
/// Lanes record into them without looking anything up. What lanes count anyway is read from their
/// own totals when somebody asks. Thread-safe.
final class PhaseMeters {
  private static final Duration[] HANDLER_BUCKETS =
      millis(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1e3, 2.5e3, 5e3, 1e4, 3e4, 6e4);
  private static final Duration[] WAIT_BUCKETS =
      millis(
          1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1e3, 2.5e3, 5e3, 1e4, 3e4, 6e4, 3e5, 9e5, 3.6e6,
          1.44e7, 8.64e7);
  private static final Duration[] TRANSACTION_BUCKETS =
      millis(1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1e3, 2.5e3, 5e3, 1e4, 1.5e4);
  private static final double[] TRANSACTION_ITEMS = {1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000};

  private final MeterRegistry registry;
  private final Tags tags;
  private final List<Meter> registered = new ArrayList<>();
  final Timer handler;
  final Timer waiting;
  final Timer toDone;
  final Timer toDead;
  final Timer transaction;
  final DistributionSummary transactionItems;
  private final Counter abandoned;
  private final Map<ItemOutcome, Counter> outcomes = new EnumMap<>(ItemOutcome.class);
  private final Map<DeadKind, Counter> deadByKind = new EnumMap<>(DeadKind.class);
  private final Map<AbortCause, Counter> aborts = new EnumMap<>(AbortCause.class);
  private volatile List<LaneState> lanes = List.of();

  /// @throws IllegalArgumentException when the registry has meters of this phase already
  PhaseMeters(MeterRegistry registry, Placement placement) {
    var pipeline = placement.pipeline().name();
    this.registry = registry;
    this.tags = Tags.of("pipeline", pipeline, "phase", placement.phase());
    if (registry.find("phaseline.wait").tags(tags).meter() != null) {
      throw new IllegalArgumentException(
          "the meter registry has meters of phase "
              + pipeline
              + "."
              + placement.phase()
              + " already: give each worker that runs it a registry of its own");
    }
    handler = timer("phaseline.handler", "one attempt: decode, handle, encode", HANDLER_BUCKETS);
    waiting = timer("phaseline.wait", "from the record's time to its first start", WAIT_BUCKETS);
    toDone = endToEnd(ItemOutcome.DONE);
    toDead = endToEnd(ItemOutcome.DEAD);
    transaction =
        timer("phaseline.transaction", "one transaction, begin to answer", TRANSACTION_BUCKETS);
    transactionItems =
        add(
            DistributionSummary.builder("phaseline.transaction.items")
                .description("items completed by a transaction")
                .tags(tags)
                .serviceLevelObjectives(TRANSACTION_ITEMS)
                .register(registry));
    abandoned =
        counter("phaseline.transactions.abandoned", "of workers that are gone, ended here", tags);
    for (var outcome : ItemOutcome.values()) {
      outcomes.put(
          outcome,
          counter("phaseline.items", "items committed", tags.and("outcome", outcome.text())));
    }
    for (var kind : DeadKind.values()) {
      deadByKind.put(
          kind, counter("phaseline.dead.letters", "dead letters", tags.and("kind", kind.text())));
    }
    for (var cause : AbortCause.values()) {
      aborts.put(
          cause,
          counter(
              "phaseline.transaction.aborts",
              "transactions that did not happen",
              tags.and("cause", cause.text())));
    }
  }

  private static Duration[] millis(double... millis) {
    var out = new Duration[millis.length];
    for (var i = 0; i < millis.length; i++) out[i] = Duration.ofNanos(Math.round(millis[i] * 1e6));
    return out;
  }

  private <M extends Meter> M add(M meter) {
    registered.add(meter);
    return meter;
  }

  private Timer timer(String name, String what, Duration[] buckets) {
    return timer(name, what, buckets, tags);
  }

  private Timer timer(String name, String what, Duration[] buckets, Tags with) {
    return add(
        Timer.builder(name)
            .description(what)
            .tags(with)
            .serviceLevelObjectives(buckets)
            .register(registry));
  }

  private Timer endToEnd(ItemOutcome outcome) {
    return timer(
        "phaseline.end.to.end",
        "from a job's submission to its item's end",
        WAIT_BUCKETS,
        tags.and("outcome", outcome.text()));
  }

  private Counter counter(String name, String what, Tags with) {
    return add(Counter.builder(name).description(what).tags(with).register(registry));
  }

  void count(ItemOutcome outcome, int items) {
    increment(outcomes.get(outcome), items);
  }

  void countDead(DeadKind kind) {
    increment(deadByKind.get(kind), 1);
  }

  void countAbort(AbortCause cause) {
    increment(aborts.get(cause), 1);
  }

  void countAbandoned(int transactions) {
    abandoned.increment(transactions);
  }

  private static void increment(@Nullable Counter counter, int by) {
    if (counter == null) throw new IllegalStateException("every constant has its counter");
    counter.increment(by);
  }

  /// Adds what the lanes know of themselves.
  void watch(List<LaneState> phaseLanes) {
    lanes = List.copyOf(phaseLanes);
    total("phaseline.items.fetched", "items that had to be handled", LaneTotals::fetched);
    total("phaseline.retries", "attempts that failed and are tried again", LaneTotals::retries);
    total("phaseline.timeouts", "attempts without a sign of life", LaneTotals::timedOut);
    total("phaseline.fenced", "results that came too late to count", LaneTotals::fenced);
    total("phaseline.spared", "failed attempts that do not count", LaneTotals::spared);
    total("phaseline.suspensions", "suspensions of a lane", LaneTotals::suspensions);
    total("phaseline.transactions", "transactions that happened", LaneTotals::commits);
    total(
        "phaseline.transactions.unknown",
        "transactions whose fate had to be read back",
        LaneTotals::unknown);
    stat("phaseline.in.flight", "items", "items fetched and not complete", LaneStats::held);
    stat("phaseline.unpublished", "items", "results before commit", LaneStats::unpublished);
    stat("phaseline.backing.off", "items", "items that wait for a retry", LaneStats::backingOff);
    stat(
        "phaseline.quarantined",
        "items",
        "items suspected of killing workers",
        s -> s.quarantined().stream().mapToLong(LaneStats.Quarantined::left).sum());
    stat("phaseline.permits", null, "handlers that may run now", LaneStats::permits);
    stat("phaseline.partitions", null, "partitions assigned here", s -> s.assigned().size());
    gauge("phaseline.span", "offsets", "widest distance of progress to delivery", this::span);
    gauge("phaseline.running", "handlers", "handlers at work", _ -> sum(LaneState::running));
    gauge("phaseline.hung", "handlers", "handlers given up, not ended", _ -> sum(LaneState::hung));
    gauge(
        "phaseline.suspended",
        "lanes",
        "lanes that start nothing, or a probe",
        _ -> sum(lane -> isSuspended(lane.report().stats()) ? 1 : 0));
    gauge(
        "phaseline.partitions.stopped",
        null,
        "partitions that must not be touched",
        _ -> sum(lane -> lane.report().stoppedPartitions()));
    gauge("phaseline.lanes", null, "lanes of this phase", _ -> lanes.size());
    gauge(
        "phaseline.lanes.troubled",
        null,
        "lanes that something holds up",
        _ -> sum(lane -> lane.trouble().isEmpty() ? 0 : 1));
    gauge(
        "phaseline.lanes.failed",
        null,
        "lanes that have ended for good",
        _ -> sum(lane -> lane.failure() == null ? 0 : 1));
    gauge(
        "phaseline.lane.silence",
        "seconds",
        "since the slowest lane has finished a turn",
        this::silence);
  }

  private void total(String name, String what, ToLongFunction<LaneTotals> of) {
    add(
        FunctionCounter.builder(
                name, this, self -> self.sum(lane -> of.applyAsLong(lane.report().totals())))
            .description(what)
            .tags(tags)
            .register(registry));
  }

  private void stat(String name, @Nullable String unit, String what, ToLongFunction<LaneStats> of) {
    gauge(
        name,
        unit,
        what,
        _ ->
            sum(
                lane -> {
                  var stats = lane.report().stats();
                  return stats == null ? 0 : of.applyAsLong(stats);
                }));
  }

  private void gauge(
      String name, @Nullable String unit, String what, ToDoubleFunction<PhaseMeters> value) {
    add(
        Gauge.builder(name, this, value)
            .description(what)
            .baseUnit(unit)
            .tags(tags)
            .register(registry));
  }

  private double sum(ToLongFunction<LaneState> of) {
    var sum = 0L;
    for (var lane : lanes) sum += of.applyAsLong(lane);
    return sum;
  }

  private double span(PhaseMeters self) {
    var widest = 0L;
    for (var lane : self.lanes) {
      var stats = lane.report().stats();
      if (stats != null) widest = Math.max(widest, stats.span());
    }
    return widest;
  }

  private double silence(PhaseMeters self) {
    var longest = 0L;
    for (var lane : self.lanes) longest = Math.max(longest, lane.report().silenceNanos());
    return longest / 1e9;
  }

  private static boolean isSuspended(@Nullable LaneStats stats) {
    return stats != null && !stats.suspendedBecause().isEmpty();
  }

  /// Takes all of them out of the registry.
  void remove() {
    registered.forEach(registry::remove);
  }
}
