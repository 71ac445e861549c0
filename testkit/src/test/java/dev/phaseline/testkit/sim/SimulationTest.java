package dev.phaseline.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final int THREADS = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4);

  @Test
  void everyInvariantHoldsInTenThousandHistories() throws InterruptedException {
    var summary = Simulate.run(0, 10_000, THREADS);

    System.out.println(summary);
    assertThat(summary.isGood()).as(() -> told(summary)).isTrue();
    assertThat(summary.histories()).isEqualTo(10_000);
  }

  @Test
  void everyInvariantHoldsInHistoriesThatNobodyHasSeenBefore() throws InterruptedException {
    var from = ThreadLocalRandom.current().nextLong(1L << 40);
    System.out.println("seeds from " + from);

    var summary = Simulate.run(from, 1_000, THREADS);

    assertThat(summary.isGood()).as(() -> told(summary)).isTrue();
  }

  @Test
  void aSeedReplaysEventByEvent() {
    for (var seed = 0L; seed < 100; seed++) {
      var once = History.play(seed);
      assertThat(History.play(seed)).as("seed " + seed).isEqualTo(once);
    }
  }

  @Test
  void differentSeedsGiveDifferentHistories() {
    var hashes = new java.util.HashSet<Long>();
    for (var seed = 0L; seed < 100; seed++) hashes.add(History.play(seed).hash());
    assertThat(hashes).hasSize(100);
  }

  @Test
  void aFailureNamesTheSeedTheInvariantAndWhatHappened() {
    var verdict = failureOf(Tampering.OUTPUT_NOT_SENT);

    assertThat(verdict.invariant()).isEqualTo("each-item-once");
    assertThat(verdict.toString())
        .contains("seed " + verdict.seed())
        .contains("each-item-once")
        .contains("is torn");
    assertThat(verdict.story()).contains("Scenario[").contains("lane 0").contains(" fetch p");
    assertThat(History.play(verdict.seed(), Tampering.OUTPUT_NOT_SENT.name())).isEqualTo(verdict);
  }

  @Test
  void theFaultsReallyHappen() {
    var seen = new java.util.TreeSet<String>();
    for (var seed = 0L; seed < 300; seed++) seen.addAll(History.whatHappens(seed));

    assertThat(seen)
        .contains(
            "Aborted",
            "Done",
            "Unknown",
            "asks",
            "cancel",
            "cancelled",
            "closes",
            "dead CRASHED",
            "dead RETRY_ASKED",
            "dead THROWN",
            "dead TIMED_OUT",
            "dead UNDECIDED",
            "deferred",
            "dies in a transaction",
            "double is killed",
            "freezes",
            "give up",
            "interrupt",
            "is killed",
            "is killed by an item",
            "lost",
            "meanwhile",
            "obeys a pause",
            "outage",
            "partitions are dealt out",
            "pause",
            "recovered",
            "resume",
            "revoked",
            "run",
            "session expires",
            "starts alone",
            "starts on trial",
            "transaction times out");
  }

  private static Verdict failureOf(Tampering tampering) {
    for (var seed = 0L; seed < 100; seed++) {
      var verdict = History.play(seed, tampering.name());
      if (!verdict.isGood()) return verdict;
    }
    throw new AssertionError("nobody notices " + tampering);
  }

  private static String told(Simulate.Summary summary) {
    var text = new StringBuilder();
    for (var failure : summary.failures()) {
      text.append(failure.story()).append(failure).append("\n\n");
    }
    return text.append(summary).toString();
  }
}
