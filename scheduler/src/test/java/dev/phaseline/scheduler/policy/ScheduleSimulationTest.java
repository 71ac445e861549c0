package dev.phaseline.scheduler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.schemas.JobEnd;
import dev.phaseline.schemas.schedule.Overlap;
import dev.phaseline.schemas.schedule.ScheduleOrder;
import dev.phaseline.schemas.schedule.ScheduleRecord;
import dev.phaseline.schemas.schedule.ScheduleRun;
import dev.phaseline.schemas.schedule.ScheduleRun.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;

/// A schedule in the hands of three schedulers, whose clocks jump by two hours either way and which
/// are killed at any moment: what a killed one decided and did not commit is gone, as with a
/// transaction. Whoever has the partition reads its log to the end before it decides.
final class ScheduleSimulationTest {
  private static final Instant T = Instant.parse("2026-03-01T12:00:00Z");
  private static final List<String> DEFINITIONS =
      List.of(
          "'every':'10s'",
          "'every':'10s','jitter':'9s'",
          "'every':'1m','overlap':'allow','overlapMax':3,'catchUp':'all'",
          "'every':'30s','overlap':'buffer-one','catchUp':'none'",
          "'every':'30s','overlap':'buffer-all','overlapMax':20,'catchUp':'all'",
          "'cron':['*/20 * * * * *','5 * * * *'],'zone':'Europe/Berlin','overlap':'cancel'",
          "'every':'1m','overlap':'terminate'",
          "'continuous':true,'pause':'5s'");

  @Property(tries = 120)
  void everyInstantIsDecidedOnce(@ForAll @LongRange(min = 0, max = 1L << 40) long seed) {
    var world = new World(new Random(seed), DEFINITIONS.get((int) (seed % DEFINITIONS.size())));
    for (var step = 0; step < 250; step++) world.step();
    world.settle();
    world.check();
  }

  /// What is committed, and the true time.
  private static final class World {
    private final Random random;
    private final Duration[] clockErrors = {Duration.ZERO, Duration.ZERO, Duration.ZERO};
    private final List<ScheduleRecord> log = new ArrayList<>();
    private final List<JobEnd> ends = new ArrayList<>();
    private final List<String> open = new ArrayList<>();
    private final List<Effect> committed = new ArrayList<>();
    private Instant time = T;
    private @Nullable ScheduleState state;
    private int readOfLog;
    private int readOfEnds;
    private int orders;

    World(Random random, String fields) {
      this.random = random;
      log.add(Plans.made(fields, T));
    }

    private ScheduleRecord newest() {
      return log.getLast();
    }

    void step() {
      time = time.plusMillis(random.nextInt(20_000));
      switch (random.nextInt(12)) {
        case 0 -> clockErrors[random.nextInt(3)] = jump();
        case 1 -> command();
        case 2, 3 -> endOne();
        case 4 -> time = time.plus(Duration.ofMinutes(random.nextInt(30))); // nobody runs
        default -> turn(clockErrors[random.nextInt(3)], random.nextInt(4) == 0);
      }
    }

    private Duration jump() {
      return random.nextBoolean()
          ? Duration.ZERO
          : Duration.ofSeconds(random.nextInt(4 * 3_600) - 2 * 3_600L);
    }

    /// Operators' clocks are right.
    private void command() {
      var by = Plans.change(time);
      var record = newest();
      switch (random.nextInt(5)) {
        case 0 -> log.add(record.pausedBy(by));
        case 1, 2 -> log.add(record.resumedBy(by));
        case 3 -> log.add(record.with(new ScheduleOrder.Trigger("t-" + orders++, time), by));
        default -> {
          var from = time.minusSeconds(120);
          log.add(
              record.with(new ScheduleOrder.Backfill("b-" + orders++, time, from, time, 2), by));
        }
      }
    }

    private void endOne() {
      if (open.isEmpty()) return;
      var job = open.remove(random.nextInt(open.size()));
      var how = List.of("done", "done", "dead", "cancelled").get(random.nextInt(4));
      ends.add(new JobEnd(job, "cities", how, time, time, 3, 0, 1));
    }

    /// One transaction of the scheduler that has the partition now.
    private void turn(Duration clockError, boolean isKilled) {
      var now = time.plus(clockError);
      var next = state;
      var effects = new ArrayList<Effect>();
      SchedulePlan plan = null;
      for (var record : log.subList(readOfLog, log.size())) {
        plan = SchedulePlan.of("s", record);
        if (ScheduleRules.isOld(next, record)) continue;
        var step = ScheduleRules.defined(plan, next, now);
        next = step.state();
        effects.addAll(step.effects());
      }
      if (plan == null) plan = SchedulePlan.of("s", newest());
      if (next == null) throw new AssertionError("no definition was read");
      for (var end : ends.subList(readOfEnds, ends.size())) {
        var step = ScheduleRules.ended(plan, next, end, now);
        next = step.state();
        effects.addAll(step.effects());
      }
      var step = ScheduleRules.run(plan, next, now, 1 + random.nextInt(100));
      effects.addAll(step.effects());
      if (isKilled) return;
      state = StateFormat.read(StateFormat.toBytes(step.state()));
      readOfLog = log.size();
      readOfEnds = ends.size();
      committed.addAll(effects);
      for (var effect : effects) if (effect instanceof Effect.Submit(var job, _)) open.add(job);
      checkOverlap(plan);
    }

    private void checkOverlap(SchedulePlan plan) {
      if (state == null) return;
      var timed = state.running().stream().filter(ScheduleState.Running::isOfTiming).count();
      var max =
          switch (plan.spec().overlap().kind()) {
            case SKIP, BUFFER_ONE, BUFFER_ALL, CANCEL -> 1;
            case ALLOW -> plan.spec().overlap().max();
            case TERMINATE -> Overlap.MAX;
          };
      assertThat(timed).isLessThanOrEqualTo(max);
    }

    /// All clocks are right again, it is resumed, and all jobs end.
    void settle() {
      log.add(newest().resumedBy(Plans.change(time)));
      for (var round = 0; round < 400; round++) {
        time = time.plusSeconds(30);
        while (!open.isEmpty()) endOne();
        turn(Duration.ZERO, false);
      }
    }

    void check() {
      var jobs = new HashSet<String>();
      for (var effect : committed) {
        if (effect instanceof Effect.Submit(var job, _)) assertThat(jobs.add(job)).as(job).isTrue();
      }
      var last = state;
      if (last == null) throw new AssertionError("it never ran");
      var plan = SchedulePlan.of("s", newest());
      if (!plan.isContinuous()) checkInstants(plan, last);
      for (var order : orders()) {
        if (order instanceof ScheduleOrder.Trigger trigger) {
          assertThat(jobs).contains("s~1+" + trigger.id());
        }
      }
    }

    private List<ScheduleOrder> orders() {
      return newest().orders();
    }

    /// Each instant up to the cursor has one decision: a job, or a reason for none.
    private void checkInstants(SchedulePlan plan, ScheduleState last) {
      var decisions = new TreeMap<Instant, Integer>();
      for (var effect : committed) {
        if (!(effect instanceof Effect.Decide(var run))) continue;
        if (run.cause() != ScheduleRun.Cause.TIMING && run.cause() != ScheduleRun.Cause.CATCH_UP) {
          continue;
        }
        switch (run.decision()) {
          case Decision.Submitted _ -> decisions.merge(run.nominal(), 1, Integer::sum);
          case Decision.Skipped one -> {
            var at = run.nominal();
            for (var i = 0; i < one.count(); i++) {
              decisions.merge(at, 1, Integer::sum);
              at = next(plan, at);
            }
          }
          case Decision.Buffered _ -> {
            // the decision comes later
          }
          case Decision.Ended _ -> {
            // of one that was submitted
          }
        }
      }
      for (var waits : last.waiting()) decisions.merge(waits, 1, Integer::sum);
      for (var at = next(plan, T); !at.isAfter(last.cursor()); at = next(plan, at)) {
        assertThat(decisions.remove(at)).as("decisions about %s", at).isEqualTo(1);
      }
      assertThat(decisions).isEmpty();
    }

    private static Instant next(SchedulePlan plan, Instant after) {
      var next = plan.next(after);
      if (next == null) throw new AssertionError("no instant after " + after);
      return next;
    }
  }

  @Property(tries = 100)
  void aChangeThatLiesInTheLogBeforeItsTimeCounts(
      @ForAll @LongRange(min = 1, max = 3_600) long awayForSeconds) {
    // paused at half past, with no scheduler running from before that until long after
    var made = Plans.made("'every':'1m','overlap':'allow','catchUp':'all'", T);
    var first = ScheduleRules.defined(SchedulePlan.of("s", made), null, T).state();
    var pausedAt = T.plusSeconds(30);
    var paused = made.pausedBy(Plans.change(pausedAt));
    var now = pausedAt.plusSeconds(awayForSeconds);
    var plan = SchedulePlan.of("s", paused);
    var read = ScheduleRules.defined(plan, first, now).state();
    var step = ScheduleRules.run(plan, read, now, 10_000);
    assertThat(step.effects()).isEmpty();
  }
}
