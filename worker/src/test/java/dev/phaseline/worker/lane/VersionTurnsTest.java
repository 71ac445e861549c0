package dev.phaseline.worker.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.engine.LaneStats;
import dev.phaseline.schemas.control.Heartbeat.Versions;
import dev.phaseline.schemas.control.RunState;
import dev.phaseline.worker.control.StandingOrders;
import dev.phaseline.worker.control.VersionPeers.Peer;
import dev.phaseline.worker.control.VersionPeers.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Turns of a lane that serves version 1, beside a server that has version 2.
final class VersionTurnsTest {
  private static final Duration LOOK = Duration.ofMillis(50);

  private final List<Peer> peers = new ArrayList<>();
  private String blind = "";
  private final VersionTurns turns =
      new VersionTurns("cities", List.of(1), () -> new Seen(peers, blind), () -> 0);
  private StandingOrders orders = StandingOrders.NONE;
  private long now = Long.MIN_VALUE; // a clock's start is of no account

  // of the lane
  private int left = 1;
  private int retrying;
  private int running;
  private long settled;

  @BeforeEach
  void begin() {
    peer(List.of(), false);
    turns.begin();
  }

  private void peer(List<Integer> awaited, boolean away) {
    peers.clear();
    peers.add(new Peer("new", new Versions(List.of(2), awaited, away)));
  }

  private LaneStats stats() {
    var leftItems =
        left == 0
            ? List.<LaneStats.Left>of()
            : List.of(new LaneStats.Left(2, "version 2 of pipeline 'cities'", left));
    return new LaneStats(
        Set.of(0),
        Map.of(),
        new LaneStats.Work(0, settled, 0, 0, 0, 0, 0, 0, 0, 0),
        new LaneStats.Publication(0, 0, 0, 0, 0, ""),
        left,
        running,
        left + retrying,
        4,
        0,
        0,
        "",
        0,
        List.of(),
        leftItems);
  }

  /// Looks for so long, unless the lane leaves before.
  ///
  /// @return whether it has left
  private boolean leavesWithin(Duration time) {
    for (var end = now + time.toNanos(); now < end; now += LOOK.toNanos()) {
      turns.look(now, stats(), orders);
      if (turns.isAway(now)) return true;
    }
    return false;
  }

  /// @return for how long the lane is away
  private Duration away() {
    var since = now;
    while (turns.isAway(now)) now += LOOK.toNanos();
    return Duration.ofNanos(now - since);
  }

  @Test
  void aLaneWithNothingElseToDoStepsBackSoonForAServerThatHasTheVersion() {
    assertThat(leavesWithin(Duration.ofSeconds(4))).isFalse();
    assertThat(turns.remedy())
        .isEqualTo(
            "new has it and takes turns with this worker; add its plug-in here to save them");
    assertThat(leavesWithin(Duration.ofSeconds(2))).isTrue();
    assertThat(turns.versions()).isEqualTo(new Versions(List.of(1), List.of(2), true));
    assertThat(turns.words())
        .isEqualTo(
            "stepped back for new, which has version 2 of pipeline 'cities', and comes back by"
                + " itself: add its plug-in here to save the turns");
  }

  @Test
  void aLaneWithWorkOfItsOwnHasALongerTurnAndStartsNothingBeforeItLeaves() {
    running = 2;
    assertThat(leavesWithin(Duration.ofSeconds(19))).isFalse();
    assertThat(turns.isWindingDown()).isFalse();
    assertThat(leavesWithin(Duration.ofSeconds(2))).isFalse();
    assertThat(turns.isWindingDown()).isTrue();
    running = 0;
    assertThat(leavesWithin(LOOK)).isTrue();
  }

  /// Half of the time it goes on: a lane whose handlers take hours still works, and leaves when the
  /// time that it waits for them has grown to what they take.
  @Test
  void handlersThatTakeLongAreWaitedForLongerEachTime() {
    running = 1;
    var winding = 0;
    var steps = 0;
    for (var longest = 0; longest < Duration.ofMinutes(30).dividedBy(LOOK); steps++) {
      turns.look(now, stats(), orders);
      if (turns.isWindingDown()) winding++;
      longest = turns.isWindingDown() ? longest + 1 : 0;
      now += LOOK.toNanos();
      assertThat(steps).as("in three hours").isLessThan((int) Duration.ofHours(3).dividedBy(LOOK));
    }
    assertThat(winding).isLessThan(steps * 2 / 3);
  }

  @Test
  void itemsThatWaitForARetryEndFirst() {
    retrying = 1;
    assertThat(leavesWithin(Duration.ofMinutes(9))).isFalse();
    assertThat(turns.isWindingDown()).isFalse();
    retrying = 0;
    assertThat(leavesWithin(Duration.ofSeconds(1))).isTrue();
  }

  @Test
  void noTurnIsGivenUpForAServerThatIsNotThere() {
    peer(List.of(), true);
    assertThat(leavesWithin(Duration.ofMinutes(5))).as("away itself").isFalse();
    peers.clear();
    peers.add(new Peer("third", new Versions(List.of(3), List.of(), false)));
    peers.add(new Peer("older", Versions.UNKNOWN));
    assertThat(leavesWithin(Duration.ofMinutes(5))).as("without the version").isFalse();
    assertThat(turns.remedy())
        .isEqualTo("add its plug-in here, or stop this worker and start one that has it");
    blind = "no right";
    assertThat(leavesWithin(LOOK)).isFalse();
    assertThat(turns.remedy()).endsWith(" (other workers can't be seen: no right)");
    peer(List.of(), false);
    left = 0;
    assertThat(leavesWithin(Duration.ofMinutes(5))).as("nothing is left to others").isFalse();
    left = 1;
    orders = new StandingOrders(RunState.PAUSED, "paused by anna", 0, Set.of());
    assertThat(leavesWithin(Duration.ofMinutes(5))).as("operators have paused it").isFalse();
  }

  @Test
  void aServerThatGoesWhileTheLaneWindsDownEndsThat() {
    running = 1;
    leavesWithin(Duration.ofSeconds(21));
    assertThat(turns.isWindingDown()).isTrue();
    peers.clear();
    assertThat(turns.look(now, stats(), orders)).isTrue();
    assertThat(turns.isWindingDown()).isFalse();
  }

  @Test
  void aLaneComesBackWhenTheOtherServerNeedsItIsGoneOrTheTimeIsOver() {
    settled = 1;
    assertThat(leavesWithin(Duration.ofSeconds(20))).isTrue();
    assertThat(away()).as("not needed").isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
    turns.begin();

    assertThat(leavesWithin(Duration.ofSeconds(20))).isTrue();
    peer(List.of(1), false);
    assertThat(away()).as("needed").isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
    assertThat(turns.versions().away()).isFalse();
    turns.begin();

    assertThat(leavesWithin(Duration.ofSeconds(20))).isTrue();
    peers.clear();
    assertThat(away()).as("gone").isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
  }

  @Test
  void aLaneForWhichThereWasNothingStaysAwayLongerEachTime() {
    var times = new ArrayList<Long>();
    for (var turn = 0; turn < 5; turn++) {
      turns.begin();
      assertThat(leavesWithin(Duration.ofSeconds(20))).isTrue();
      times.add(away().toSeconds());
    }
    assertThat(times).containsExactly(60L, 120L, 240L, 300L, 300L);
    settled = 1;
    turns.begin();
    assertThat(leavesWithin(Duration.ofSeconds(20))).isTrue();
    assertThat(away().toSeconds()).isEqualTo(30);
  }
}
