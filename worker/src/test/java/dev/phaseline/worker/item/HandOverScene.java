package dev.phaseline.worker.item;

import static dev.phaseline.worker.item.HandOverStage.TIMEOUT;
import static dev.phaseline.worker.item.HandOverStage.settled;

import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.AttemptResult;
import dev.phaseline.worker.interleaving.Interleavings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// The hand-overs that are searched: what a lane does to items that it has handed out, in every
/// interleaving with the runners that work through them. By name, because a search loads its
/// classes anew.
final class HandOverScene implements Interleavings.Program {
  static final List<String> NAMES =
      List.of(
          "pause",
          "revoke",
          "revoke one of two",
          "lose",
          "lose one of two",
          "cancel the first",
          "cancel the second",
          "cancel a deaf one",
          "give up",
          "suspend",
          "fail and pause",
          "fewer",
          "drain",
          "close",
          "run: pause",
          "run: revoke one of two",
          "run: fail",
          "run: slow",
          "run: give up");

  private static final long NEVER = Long.MAX_VALUE / 2;

  private final String name;

  HandOverScene(String name) {
    this.name = name;
  }

  @Override
  public void run(Interleavings world) {
    switch (name) {
      case "pause" -> pause(world);
      case "revoke" -> revoke(world);
      case "revoke one of two" -> revokeOneOfTwo(world);
      case "lose" -> lose(world);
      case "lose one of two" -> loseOneOfTwo(world);
      case "cancel the first" -> cancel(world, "ak0");
      case "cancel the second" -> cancel(world, "bk0");
      case "cancel a deaf one" -> cancelDeaf(world);
      case "give up" -> giveUp(world);
      case "suspend" -> suspend(world);
      case "fail and pause" -> failAndPause(world);
      case "fewer" -> fewer(world);
      case "drain" -> drain(world);
      case "close" -> close(world);
      case "run: pause" -> runPaused(world);
      case "run: revoke one of two" -> runRevoked(world);
      case "run: fail" -> runFails(world);
      case "run: slow" -> runIsSlow(world);
      case "run: give up" -> runGivenUp(world);
      default -> throw new IllegalArgumentException(name);
    }
  }

  private static HandOverStage quick(Interleavings world, String... items) {
    var stage = new HandOverStage(world, false, HandOverStage::settled);
    begin(world, stage, items);
    return stage;
  }

  /// The lane's next deed comes at once, or when it has taken in what there was.
  private static void begin(Interleavings world, HandOverStage stage, String... items) {
    stage.begin(items);
    if (world.choose(2) == 1) stage.lane.runOnce();
  }

  private static void pause(Interleavings world) {
    var stage = quick(world, "ak0", "bk0");
    stage.obey(true);
    stage.lane.runOnce();
    stage.obey(false);
    stage.finish();
  }

  private static void revoke(Interleavings world) {
    var stage = quick(world, "ak0", "bk0");
    stage.revoke(0);
    stage.finish();
  }

  private static void revokeOneOfTwo(Interleavings world) {
    var stage = quick(world, "ak0", "bk1", "ck0");
    stage.revoke(0);
    world.coast();
    stage.finish();
  }

  private static void lose(Interleavings world) {
    var stage = quick(world, "ak0", "bk0");
    stage.lose(0);
    world.coast();
    stage.finish();
  }

  private static void loseOneOfTwo(Interleavings world) {
    var stage = new HandOverStage(world, false, HandOverStage::settled);
    stage.begin("ak0", "bk1");
    stage.lose(0);
    world.coast();
    stage.finish();
  }

  private static void cancel(Interleavings world, String item) {
    var stage = quick(world, "ak0", "bk0");
    stage.cancel(item);
    stage.finish();
  }

  /// One that is interrupted and ends as if nothing had happened.
  private static void cancelDeaf(Interleavings world) {
    var stage =
        new HandOverStage(
            world,
            false,
            attempt -> {
              if (HandOverStage.text(attempt).equals("ak0")) world.awaitInterrupt();
              return settled(attempt);
            });
    begin(world, stage, "ak0", "bk0");
    stage.cancel("ak0");
    stage.finish();
  }

  /// One that hangs until it is interrupted; its next attempt doesn't.
  private static void giveUp(Interleavings world) {
    var stage =
        new HandOverStage(
            world,
            false,
            attempt -> {
              if (is(attempt, "ak0", 1)) world.awaitInterrupt();
              return settled(attempt);
            });
    stage.begin("ak0", "bk0");
    world.pass(2 * TIMEOUT.toNanos());
    stage.finish();
  }

  private static void suspend(Interleavings world) {
    var hasAsked = new AtomicBoolean();
    var stage =
        new HandOverStage(
            world,
            false,
            attempt ->
                is(attempt, "ak0", 1) && !hasAsked.getAndSet(true)
                    ? new AttemptResult.SuspendAsked(Duration.ofMillis(1), "down")
                    : settled(attempt));
    begin(world, stage, "ak0", "bk0", "cl0");
    stage.finish();
  }

  private static void failAndPause(Interleavings world) {
    var stage =
        new HandOverStage(
            world,
            false,
            attempt ->
                is(attempt, "ak0", 1)
                    ? new AttemptResult.RetryAsked(Duration.ZERO, "not yet")
                    : settled(attempt));
    stage.begin("ak0", "bk0");
    stage.obey(true);
    stage.obey(false);
    stage.finish();
  }

  /// No handler more for a while: what is left of the chain is handed on.
  private static void fewer(Interleavings world) {
    var stage = new HandOverStage(world, true, HandOverStage::settled);
    stage.begin("ak0", "bk0");
    stage.pool.concurrency(0);
    stage.lane.runOnce();
    stage.pool.concurrency(1);
    world.coast();
    stage.finish();
  }

  private static void drain(Interleavings world) {
    var stage = quick(world, "ak0", "bk0");
    stage.lane.drain();
    world.hurry(false);
    while (!stage.lane.isDrained()) stage.lane.runOnce();
    stage.abort();
  }

  private static void close(Interleavings world) {
    var stage = quick(world, "ak0", "bk0");
    stage.abort();
  }

  /// Items of different keys that are handed out together.
  private static HandOverStage runOf(Interleavings world, String... items) {
    var stage = new HandOverStage(world, false, HandOverStage::settled).quick();
    begin(world, stage, items);
    return stage;
  }

  private static void runPaused(Interleavings world) {
    var stage = runOf(world, "ak0", "bl0");
    stage.obey(true);
    stage.lane.runOnce();
    stage.obey(false);
    stage.finish();
  }

  private static void runRevoked(Interleavings world) {
    var stage = runOf(world, "ak0", "bl1");
    stage.revoke(0);
    world.coast();
    stage.finish();
  }

  private static void runFails(Interleavings world) {
    var stage =
        new HandOverStage(
                world,
                false,
                attempt ->
                    is(attempt, "ak0", 1)
                        ? new AttemptResult.RetryAsked(Duration.ZERO, "not yet")
                        : settled(attempt))
            .quick();
    begin(world, stage, "ak0", "bl0");
    stage.finish();
  }

  /// The second is stuck: what is left of the run is taken back, and what has ended of it is taken
  /// in.
  private static void runIsSlow(Interleavings world) {
    var stuckSince = new AtomicLong(NEVER);
    var stage =
        new HandOverStage(
                world,
                false,
                attempt -> {
                  if (is(attempt, "bl0", 1)) {
                    stuckSince.set(world.clockNanos());
                    world.awaitInterrupt();
                  }
                  return settled(attempt);
                })
            .quick();
    stage.begin("ak0", "bl0", "cm0");
    world.pass(5_000_000);
    var stuck = world.clockNanos() - stuckSince.get() >= 5_000_000;
    stage.lane.runOnce();
    if (stuck && stage.lane.stats().work().settled() == 0) {
      world.fail("what has ended waits for what is stuck");
    }
    stage.cancel("bl0");
    world.coast();
    stage.finish();
  }

  private static void runGivenUp(Interleavings world) {
    var stage =
        new HandOverStage(
                world,
                false,
                attempt -> {
                  if (is(attempt, "ak0", 1)) world.awaitInterrupt();
                  return settled(attempt);
                })
            .quick();
    stage.begin("ak0", "bl0");
    world.pass(2 * TIMEOUT.toNanos());
    world.coast();
    stage.finish();
  }

  private static boolean is(Attempt attempt, String item, int number) {
    return attempt.number() == number && HandOverStage.text(attempt).equals(item);
  }
}
