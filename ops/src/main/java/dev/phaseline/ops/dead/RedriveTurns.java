package dev.phaseline.ops.dead;

import dev.phaseline.ops.cluster.TopicScan;
import dev.phaseline.ops.dead.RedriveReport.End;
import dev.phaseline.topics.ClusterException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A redrive that is not put off by another operator's: when its desk is taken over, it waits until
/// nobody writes decisions any more, and goes on with what the other has left. A few times only,
/// for two that took the desk from each other for ever would both do nothing. One use, one thread.
final class RedriveTurns {
  private static final int TURNS_MAX = 6;
  private static final Duration LOOK = Duration.ofMillis(100);

  /// For so long nothing may be decided before the next turn; a random part of it, and twice as
  /// much in each turn, so that two who wait don't wake together.
  private static final Duration QUIET = Duration.ofMillis(500);

  /// Somebody who decides for longer than that is not waited for.
  private static final Duration WAIT_MAX = Duration.ofSeconds(60);

  private final LetterBox box;
  private final String by;
  private final LetterQuery query;
  private final Redrive how;
  private final ProgressListener progress;
  private final Set<String> operations = new HashSet<>();
  private @Nullable RedriveReport sum;
  private boolean cutOffBefore;

  RedriveTurns(
      LetterBox box, String by, LetterQuery query, Redrive how, ProgressListener progress) {
    this.box = box;
    this.by = by;
    this.query = query;
    this.how = how;
    this.progress = progress;
  }

  /// @throws TakenOverException when others took over in every turn and nothing was sent in any
  RedriveReport run() {
    for (var turn = 1; ; turn++) {
      var cutOff = turn();
      if (cutOff.isEmpty() && sum != null) return sum;
      if (turn == TURNS_MAX || progress.stopRequested() || !isQuiet(turn)) {
        if (sum != null) return sum;
        throw cutOff.orElseThrow();
      }
    }
  }

  /// One try.
  ///
  /// @return why there should be another one; empty when there should not
  private Optional<TakenOverException> turn() {
    var left = how.limit() - (sum == null ? 0 : sum.redriven());
    if (left < 1) return Optional.empty();
    try (var desk = box.open(by)) {
      var report = desk.redrive(query, how.withLimit(left), progress, operations);
      operations.add(report.operation());
      sum = sum == null ? report : report.after(sum);
      return isWorthAnother(report.end())
          ? Optional.of(new TakenOverException(null))
          : Optional.empty();
    } catch (TakenOverException beforeItBegan) {
      return Optional.of(beforeItBegan);
    } catch (ClusterException unreachable) {
      if (sum == null) throw unreachable;
      return Optional.empty(); // what was done so far is reported
    }
  }

  /// A broker may answer a commit that another operator cuts off with any error: once, that is
  /// believed to be what happened.
  private boolean isWorthAnother(End end) {
    if (end != End.CUT_OFF) return end == End.TAKEN_OVER;
    var first = !cutOffBefore;
    cutOffBefore = true;
    return first;
  }

  /// Waits until nothing has been decided for a while.
  ///
  /// @return whether that came to be
  private boolean isQuiet(int turn) {
    var topic = box.names().deadActions(box.pipeline());
    var factor = (1 << (turn - 1)) * (1 + ThreadLocalRandom.current().nextDouble());
    var quietNanos = (long) (QUIET.toNanos() * factor);
    var begin = System.nanoTime();
    try (var scan = TopicScan.whole(box.client())) {
      var ends = scan.ends(box.pipeline(), topic);
      var since = begin;
      while (System.nanoTime() - since < quietNanos) {
        if (progress.stopRequested() || System.nanoTime() - begin > WAIT_MAX.toNanos())
          return false;
        progress.at("waiting", 0, 1);
        LockSupport.parkNanos(LOOK.toNanos());
        var now = scan.ends(box.pipeline(), topic);
        if (now.equals(ends)) continue;
        ends = now;
        since = System.nanoTime();
      }
      return true;
    } catch (ClusterException unreachable) {
      return false; // what was done so far is reported
    }
  }
}
