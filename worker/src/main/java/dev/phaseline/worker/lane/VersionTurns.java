package dev.phaseline.worker.lane;

import dev.phaseline.core.engine.LaneStats;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.worker.control.StandingOrders;
import dev.phaseline.worker.control.VersionPeers;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/// Turns of a lane among servers that have different versions of a pipeline. A partition has one
/// owner, so its items of a version that the owner lacks would wait until it moves by chance. The
/// lane moves it: it does what it can, steps back by leaving its group for a while, and other
/// members get its partitions, among them one that has the version. Key order and exactly-once are
/// those of every rebalance.
///
/// A lane steps back only for a live server that has what it lacks and is in the group, and comes
/// back when that one needs it in its turn, is gone, or the time is over. Times are drawn at random
/// within bounds, so that two lanes that step back for each other do not go on doing so at once.
///
/// [#versions], [#words] and [#remedy] are for any thread, all else is the lane's.
public final class VersionTurns {
  /// Shortest turn of a lane that has nothing of its own left to do.
  static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /// Shortest turn of a lane that has work of its own, and the longest time for which it waits then
  /// for its handlers to end; both double each time that they have not ended.
  static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(20);

  /// Time that items which wait for a retry have to end: their attempts would be counted anew.
  static final long RETRIES_NANOS = TimeUnit.MINUTES.toNanos(10);

  /// Time for which a lane is away at least while others need it, so that they have a turn.
  static final long AWAY_MIN_NANOS = TimeUnit.SECONDS.toNanos(10);

  /// Time for which it is away otherwise; it doubles up to the next one with each turn that had no
  /// item for this lane.
  static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(30);

  static final long AWAY_MAX_NANOS = TimeUnit.MINUTES.toNanos(5);

  /// Time until others' heartbeats have shown that this lane is away.
  private static final long SEEN_NANOS = TimeUnit.SECONDS.toNanos(3);

  private static final int DOUBLINGS_MAX = 8;
  private static final String REMEDY =
      "add its plug-in here, or stop this worker and start one that has it";

  private final String pipeline;
  private final List<Integer> served;
  private final Supplier<VersionPeers.Seen> peers;
  private final DoubleSupplier chance;

  private Stage stage = Stage.WORKING;
  private long stageNanos; // the stage began then
  private long turnNanos; // the turn lasts so long
  private long settled; // items in this turn
  private long settledNanos; // that changed then
  private int doublings;
  private long awayNanos = AWAY_NANOS;
  private volatile List<Integer> awaited = List.of();
  private volatile String other = "";
  private volatile String blind = "";
  private volatile boolean away;

  private enum Stage {
    /// Nothing is here for other servers.
    WORKING,
    /// Items are here that other servers have the version for.
    SHARING,
    /// Nothing starts any more.
    WINDING_DOWN,
    /// The lane has left its group.
    AWAY
  }

  /// Turns of one lane.
  ///
  /// @param served the versions whose items are handled here
  /// @param peers the other workers of the phase; never waits
  /// @param chance from 0 to 1
  VersionTurns(
      String pipeline,
      List<Integer> served,
      Supplier<VersionPeers.Seen> peers,
      DoubleSupplier chance) {
    this.pipeline = pipeline;
    this.served = List.copyOf(served);
    this.peers = peers;
    this.chance = chance;
  }

  /// The lane has its clients, and a turn begins.
  void begin() {
    stage = Stage.WORKING;
    doublings = 0;
    settled = 0;
    away = false;
    tell(List.of(), "");
  }

  /// Looks whether it is time to step back.
  ///
  /// @param orders a lane that operators have paused keeps its partitions
  /// @return whether [#isWindingDown] has another answer now
  boolean look(long now, LaneStats stats, StandingOrders orders) {
    if (orders.isPaused()) return false;
    var was = stage;
    if (stats.work().settled() != settled) {
      settled = stats.work().settled();
      settledNanos = now;
    }
    var missed = stats.left().stream().map(LaneStats.Left::version).toList();
    var has = missed.isEmpty() ? "" : having(missed);
    tell(missed, has);
    if (has.isEmpty()) stage = Stage.WORKING;
    else share(now, stats);
    return (was == Stage.WINDING_DOWN) != (stage == Stage.WINDING_DOWN);
  }

  private void share(long now, LaneStats stats) {
    switch (stage) {
      case WORKING -> beginSharing(now);
      case SHARING -> {
        if (!isDue(now, stats)) return;
        stage = Stage.WINDING_DOWN;
        stageNanos = now;
      }
      case WINDING_DOWN -> {
        if (stats.inProgress() == 0 && stats.unpublished() == 0) {
          leave(now);
        } else if (now - stageNanos > BUSY_NANOS << doublings) {
          doublings = Math.min(doublings + 1, DOUBLINGS_MAX);
          beginSharing(now);
        }
      }
      case AWAY -> {} // until its clients are there again
    }
  }

  private void beginSharing(long now) {
    stage = Stage.SHARING;
    stageNanos = now;
    settledNanos = now;
    turnNanos = drawn(BUSY_NANOS << doublings);
  }

  private boolean isDue(long now, LaneStats stats) {
    var since = now - stageNanos;
    var others = stats.left().stream().mapToInt(LaneStats.Left::items).sum();
    if (stats.backingOff() > others && since < RETRIES_NANOS) return false;
    var idle = stats.inProgress() == 0 && stats.unpublished() == 0;
    var idleNanos = Math.min(since, now - settledNanos);
    return since >= turnNanos || (idle && idleNanos >= turnNanos / (BUSY_NANOS / IDLE_NANOS));
  }

  private void leave(long now) {
    stage = Stage.AWAY;
    stageNanos = now;
    awayNanos = settled == 0 ? Math.min(2 * awayNanos, AWAY_MAX_NANOS) : AWAY_NANOS;
    turnNanos = drawn(awayNanos);
    away = true;
  }

  /// Half as much more at most.
  private long drawn(long nanos) {
    return nanos + (long) (nanos / 2.0 * chance.getAsDouble());
  }

  /// Whether the lane starts nothing, so that it can leave soon.
  boolean isWindingDown() {
    return stage == Stage.WINDING_DOWN;
  }

  /// Whether the lane is to be out of its group.
  boolean isAway(long now) {
    if (stage != Stage.AWAY) return false;
    var since = now - stageNanos;
    var isNeeded = since >= AWAY_MIN_NANOS && isAwaited();
    var isAlone = since >= SEEN_NANOS && having(awaited).isEmpty();
    if (since < turnNanos && !isNeeded && !isAlone) return true;
    begin();
    return false;
  }

  /// The name of a server that handles items of one of these versions now; empty when none does.
  private String having(List<Integer> missed) {
    var seen = peers.get();
    if (!blind.equals(seen.trouble())) blind = seen.trouble();
    for (var peer : seen.peers()) {
      var its = peer.versions();
      if (!its.away() && its.served().stream().anyMatch(missed::contains)) return peer.server();
    }
    return "";
  }

  private boolean isAwaited() {
    return peers.get().peers().stream()
        .map(VersionPeers.Peer::versions)
        .anyMatch(its -> !its.away() && its.awaited().stream().anyMatch(served::contains));
  }

  /// The looks are many and changes few.
  private void tell(List<Integer> missed, String has) {
    if (!awaited.equals(missed)) awaited = missed;
    if (!other.equals(has)) other = has;
  }

  /// The versions of this lane, for heartbeats.
  public Heartbeat.Versions versions() {
    return new Heartbeat.Versions(served, awaited, away);
  }

  /// The reason why the lane is away, in words.
  public String words() {
    return "stepped back for "
        + other
        + ", which has "
        + name(awaited)
        + " of pipeline '"
        + pipeline
        + "', and comes back by itself: add its plug-in here to save the turns";
  }

  /// The next step for an operator while items wait here for another version, in words.
  public String remedy() {
    var server = other;
    var blindness = blind;
    if (!server.isEmpty()) {
      return server + " has it and takes turns with this worker; add its plug-in here to save them";
    }
    return REMEDY
        + (blindness.isEmpty() ? "" : " (other workers can't be seen: " + blindness + ')');
  }

  private static String name(List<Integer> versions) {
    return (versions.size() == 1 ? "version " : "versions ")
        + String.join(", ", versions.stream().map(String::valueOf).toList());
  }
}
