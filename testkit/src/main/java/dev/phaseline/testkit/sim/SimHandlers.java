package dev.phaseline.testkit.sim;

import dev.phaseline.core.DeadKind;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.AttemptResult;
import dev.phaseline.core.engine.Chain;
import dev.phaseline.core.engine.Handlers;
import dev.phaseline.core.engine.LastFailure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Handlers in virtual time: quick ones, slow ones, some that throw, ask, suspend, hang or kill
/// their process. A few runners take chains off one queue, as the worker's do. They take steps
/// between two turns of their lane, and between two steps inside one.
final class SimHandlers implements Handlers {
  private record Ended(Tenure.Run run, AttemptResult result) {}

  /// Works through one chain after another.
  private final class Runner {
    private @Nullable Chain chain;
    private Tenure.@Nullable Run run;
    private boolean rests;

    /// Goes on, now or after a rest.
    private void goOnSoon() {
      run = null;
      var rest = chain == null || chain.hasRest() ? switches.restNanos() : 0;
      rests = rest > 0;
      if (rests) world.after(rest, this::wake);
      else goOn();
    }

    private void wake() {
      if (closed || !rests) return;
      if (lane.process.isFrozen()) world.after(lane.process.frozenFor(), this::wake);
      else goOn();
    }

    private void goOn() {
      rests = false;
      run = null;
      while (run == null) {
        if (isBackedUp()) return; // called again when there is room
        var attempt = chain == null ? null : chain.start(world.clock());
        if (attempt != null) {
          run = begin(this, attempt);
          continue;
        }
        chain = queue.poll();
        if (chain == null) {
          runners.remove(this);
          return;
        }
      }
    }
  }

  private final SimLane lane;
  private final World world;
  private final Books books;
  private final Scenario scenario;
  private final Tampering tampering;
  private final Switches switches;
  private final int concurrency;
  private final Deque<Chain> queue = new ArrayDeque<>();
  private final List<Runner> runners = new ArrayList<>();
  private final List<Tenure.Run> running = new ArrayList<>();
  private final Deque<Ended> results = new ArrayDeque<>();
  private long unpublishedBytes;
  private long undrainedBytes;
  private boolean closed;
  private boolean handsOver;
  private boolean undisturbed;
  private boolean quick;

  SimHandlers(SimLane lane, SimLane.Shared shared, Tampering tampering) {
    this.tampering = tampering;
    this.lane = lane;
    this.world = shared.world();
    this.books = shared.books();
    this.scenario = shared.scenario();
    this.switches = shared.switches();
    this.quick = switches.areQuickAtFirst();
    this.concurrency = scenario.settings().options().concurrency();
  }

  @Override
  public int permits() {
    return concurrency;
  }

  /// A made-up answer: some handlers that are called quick take long.
  @Override
  public boolean areQuick() {
    if (switches.turns()) quick = !quick;
    return quick;
  }

  @Override
  public void run(Chain chain) {
    queue.add(chain);
    if (chain.isRun()) world.note("run", lane.id, -1, -1, -1);
  }

  /// At the end of a turn of the lane: nothing of another key waits behind an item that was slow
  /// when the turn began, nor behind any when handlers were slow at the turn's last look.
  void judgeRuns(long turnBegan) {
    for (var runner : runners) {
      var chain = runner.chain;
      var run = runner.run;
      if (chain == null || run == null || !chain.isRun() || !chain.hasRest()) continue;
      var slow = turnBegan - run.startedAt > Scenario.MS + Scenario.MS;
      if (slow) throw new Violation("slow-alone", "other keys wait behind " + run);
    }
    if (quick) return;
    for (var chain : queue) {
      if (chain.isRun() && chain.hasRest()) {
        throw new Violation("slow-alone", chain + " is a run of slow handlers");
      }
    }
  }

  private boolean isBackedUp() {
    var max = scenario.settings().options().limits().inFlightBytesMax();
    return unpublishedBytes + undrainedBytes > max;
  }

  private void provideRunners() {
    if (closed || isBackedUp()) return;
    for (var runner : List.copyOf(runners)) if (runner.run == null && !runner.rests) runner.goOn();
    while (!queue.isEmpty() && runners.size() < concurrency && !isBackedUp()) {
      var runner = new Runner();
      runners.add(runner);
      runner.goOnSoon();
    }
  }

  @Override
  public void backlog(long bytes) {
    unpublishedBytes = bytes;
    provideRunners();
  }

  @Override
  public void await(long maxNanos) {
    provideRunners();
    lane.awaitResults(maxNanos);
  }

  @Override
  public void drain(Results sink) {
    while (!results.isEmpty()) {
      // one comes in just after the lane has looked
      if (world.chance(lane.isHealed() ? 0 : scenario.mood().racing())) return;
      var ended = results.remove();
      undrainedBytes -= bytesOf(ended.result());
      books.drained(ended.run());
      world.note("result", lane.id, ended.run().item().partition(), ended.run().item().offset(), 0);
      handsOver = true;
      sink.ended(ended.run().attempt, ended.result());
      handsOver = false;
    }
  }

  /// Whether the lane is about to learn from a result what must not start any more.
  boolean isHandingOver() {
    return handsOver;
  }

  /// Runners may take any steps between two of their lane; mostly they take none.
  @Override
  public void meanwhile() {
    while (!undisturbed && !closed && !lane.process.isFrozen() && switches.now()) {
      var able = runners.stream().filter(runner -> runner.rests || mayEnd(runner.run)).toList();
      if (able.isEmpty()) return;
      var runner = able.get(switches.below(able.size()));
      var run = runner.run;
      world.note("meanwhile", lane.id, -1, -1, -1);
      if (run == null) runner.goOn();
      else ended(runner, run, result(run));
    }
  }

  private boolean mayEnd(Tenure.@Nullable Run run) {
    if (run == null || run.item().poison()) return false;
    return !scenario.shape().wide() || run.item().index() > 0; // that one is to run for long
  }

  /// The partitions are another owner's by now: what would start in them could not be judged.
  void whileNothingSwitches(Runnable action) {
    undisturbed = true;
    action.run();
    undisturbed = false;
  }

  boolean hasResults() {
    return !results.isEmpty();
  }

  /// Runs that have neither ended nor crashed.
  List<Tenure.Run> running() {
    return running;
  }

  private static long bytesOf(AttemptResult result) {
    return result instanceof AttemptResult.Settled made ? made.settlement().bytes() : 0;
  }

  private Tenure.Run begin(Runner runner, Attempt attempt) {
    var item = (SimItem) attempt.item();
    var tenure = lane.tenure(item.partition());
    if (tenure == null) {
      throw new Violation("own-partitions-only", item + " starts, but its partition has gone");
    }
    var run = books.started(tenure.course(item), attempt);
    running.add(run);
    if (switches.handlesFailures()) attempt.hasFailureHandler();
    var what = run.isOfFailureHandler() ? "asks" : tenure.startOf(item);
    world.note(what, lane.id, item.partition(), item.offset(), attempt.number());
    behave(runner, run);
    return run;
  }

  private void behave(Runner runner, Tenure.Run run) {
    var mood = scenario.mood();
    var quick = world.between(1, mood.quickNanos());
    var timeout = scenario.settings().options().timeout().toNanos();
    var sick = lane.isHealed() ? 0 : 1;
    if (run.item().poison()) {
      world.after(quick, () -> kill(run));
    } else if (scenario.shape().wide() && run.item().index() == 0) {
      beat(runner, run, 4 * timeout, timeout / 3);
    } else if (world.chance(sick * mood.hanging())) {
      end(runner, run, world.between(2 * timeout, 6 * timeout));
    } else if (world.chance(sick * mood.slow())) {
      end(runner, run, world.between(timeout, 3 * timeout));
    } else if (world.chance(mood.beating())) {
      beat(runner, run, world.between(timeout, 3 * timeout), timeout / 3);
    } else {
      end(runner, run, quick);
    }
  }

  private void kill(Tenure.Run run) {
    if (closed || !running.contains(run)) return;
    if (!run.abandoned && run.course.tenure.open && !lane.isStale()) {
      books.tell(guarantee -> guarantee.killed(run));
    }
    lane.process.die("is killed by an item", lane.id, run.item());
  }

  private void beat(Runner runner, Tenure.Run run, long rest, long every) {
    if (rest <= every) {
      end(runner, run, rest);
      return;
    }
    world.after(
        every,
        () -> {
          if (closed || !running.contains(run)) return;
          if (!lane.process.isFrozen()) {
            run.attempt.heartbeat(world.clock());
            run.signedAt = world.clock();
          }
          beat(runner, run, rest - every, every);
        });
  }

  private void end(Runner runner, Tenure.Run run, long afterNanos) {
    world.after(
        afterNanos,
        () -> {
          if (closed || !running.contains(run)) return;
          if (lane.process.isFrozen()) end(runner, run, lane.process.frozenFor());
          else ended(runner, run, result(run));
        });
  }

  private void ended(Runner runner, Tenure.Run run, AttemptResult result) {
    running.remove(run);
    var current = runner.run == run && runners.contains(runner);
    var counts = Objects.requireNonNull(runner.chain).end(run.attempt, result);
    if (counts || world.chance(0.5)) {
      books.posted(run, result);
      results.add(new Ended(run, result));
      undrainedBytes += bytesOf(result);
      world.note("end", lane.id, run.item().partition(), run.item().offset(), run.number());
      lane.news();
    }
    if (current) runner.goOnSoon();
  }

  private AttemptResult result(Tenure.Run run) {
    var mood = scenario.mood();
    var item = run.item();
    var down = scenario.trouble();
    if (down.downFrom() <= world.now() && world.now() < down.downUntil()) {
      return threw(new IllegalStateException("down for now"));
    }
    if (run.isOfFailureHandler()) return answer(run);
    if (switches.handlesFailures() && world.chance(mood.refusing())) {
      var why = new LastFailure(DeadKind.REJECTED, "given up on purpose", false);
      return new AttemptResult.GaveUp(why);
    }
    if (world.chance(mood.throwing())) {
      return threw(new IllegalStateException("thrown on purpose"));
    }
    if (world.chance(mood.refusing())) {
      return threw(new PayloadException("refused on purpose", null));
    }
    var delay = Duration.ofNanos(world.between(0, 100 * Scenario.MS));
    if (world.chance(mood.asking())) return new AttemptResult.RetryAsked(delay, "asked");
    if (world.chance(mood.suspending())) {
      return world.chance(0.5)
          ? new AttemptResult.SuspendAsked(delay, "down on purpose")
          : threw(new DependencyDownException("down on purpose", null));
    }
    var parts = 1 + world.below(world.chance(0.1) ? 20 : 2);
    var effectKey = item.toString();
    if (tampering == Tampering.ATTEMPT_IN_EFFECT_KEY) effectKey += "#" + run.number();
    var bytes = world.between(0, Bounds.SETTLEMENT_BYTES_MAX);
    return new AttemptResult.Settled(Made.by(run, parts, bytes, effectKey));
  }

  /// The result of a failure handler.
  private AttemptResult answer(Tenure.Run run) {
    return switch (world.below(8)) {
      case 0 -> threw(new IllegalStateException("undecided on purpose"));
      case 1 -> new AttemptResult.SuspendAsked(Duration.ofMillis(10), "down on purpose");
      case 2, 3 -> new AttemptResult.Settled(Made.of(run.item(), Made.End.DEAD));
      default -> new AttemptResult.Settled(Made.by(run, 1, 100, run.item().toString()));
    };
  }

  /// Failures are alike when they are thrown at the same place, whichever event it was in.
  private static AttemptResult threw(RuntimeException thrown) {
    thrown.setStackTrace(new StackTraceElement[0]);
    return new AttemptResult.Threw(thrown);
  }

  @Override
  public void abandon(Attempt attempt) {
    for (var run : List.copyOf(running)) {
      if (run.attempt != attempt) continue;
      books.abandoned(run);
      world.note("give up", lane.id, run.item().partition(), run.item().offset(), run.number());
      for (var runner : List.copyOf(runners)) if (runner.run == run) runners.remove(runner);
      // most handlers heed the interrupt, some end when they would have ended anyway
      if (world.chance(0.5) && !run.item().poison()) {
        world.after(world.between(0, 1_000), () -> interrupted(run));
      }
      return;
    }
    for (var ended : results) {
      if (ended.run().attempt == attempt) books.abandoned(ended.run());
    }
  }

  @Override
  public void interrupt(Attempt attempt) {
    // many handlers heed it, the others end as they would have ended anyway
    for (var runner : runners) {
      var run = runner.run;
      if (run == null || run.attempt != attempt) continue;
      world.note("interrupt", lane.id, run.item().partition(), run.item().offset(), run.number());
      if (!run.item().poison() && world.chance(0.5)) {
        world.after(world.between(0, 1_000), () -> heeds(runner, run));
      }
      return;
    }
  }

  private void heeds(Runner runner, Tenure.Run run) {
    if (closed || !running.contains(run) || lane.process.isFrozen()) return;
    ended(runner, run, new AttemptResult.Threw(new InterruptedException()));
  }

  private void interrupted(Tenure.Run run) {
    if (closed || !running.remove(run) || !world.chance(0.5)) return;
    AttemptResult result = new AttemptResult.Threw(new InterruptedException());
    books.posted(run, result);
    results.add(new Ended(run, result));
    lane.news();
  }

  /// Whatever runs ends here; nothing of it is seen again.
  void close() {
    closed = true;
    queue.clear();
    runners.clear();
    running.clear();
    results.clear();
  }
}
