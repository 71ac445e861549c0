package dev.phaseline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.cli.progress.PhaseCounts;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.RecordRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RunLedgerTest {
  private static final List<String> PHASES = List.of("fetch", "normalize", "store");

  private final RunLedger ledger = new RunLedger(List.of("r1-AD", "r1-AE"), PHASES);

  private static ItemHeaders job(String id) {
    return ItemHeaders.ofJob(id);
  }

  private static ItemHeaders child(String id, int index, int of) {
    return job(id).forChild(index, of, RecordRef.valueOf("fetch/0/0"));
  }

  private void liveWell(String id, int index, int of) {
    ledger.arrived("normalize", child(id, index, of));
    ledger.arrived("store", child(id, index, of));
    ledger.done(child(id, index, of));
  }

  @Test
  void runIsCompleteWhenEveryItemOfEveryJobHasEnded() {
    ledger.arrived("fetch", job("r1-AD"));
    ledger.arrived("fetch", job("r1-AE"));
    liveWell("r1-AD", 0, 2);
    ledger.dead(job("r1-AE"), "fetch", "no such country");
    assertThat(ledger.isComplete()).isFalse();

    ledger.arrived("normalize", child("r1-AD", 1, 2));
    ledger.dead(child("r1-AD", 1, 2), "normalize", "population is 0");

    assertThat(ledger.isComplete()).isTrue();
    assertThat(ledger.items()).isEqualTo(2);
    assertThat(ledger.doneItems()).isEqualTo(1);
    assertThat(ledger.deadByReason())
        .isEqualTo(Map.of("no such country", 1L, "population is 0", 1L));
    assertThat(ledger.problems()).isEmpty();
  }

  @Test
  void jobWithoutItemsEndsByItself() {
    ledger.arrived("fetch", job("r1-AD"));
    ledger.done(job("r1-AD"));

    assertThat(ledger.jobsEnded()).isEqualTo(1);
    assertThat(ledger.doneItems()).isZero();
  }

  @Test
  void aJobThatGoesRoundUnderItsOwnKeyWasSubmittedOnceInWhateverOrderItIsRead() {
    ledger.arrived("fetch", job("r1-AD"));
    ledger.arrived("fetch", job("r1-AD").forNext(RecordRef.valueOf("fetch/0/0")));
    ledger.arrived("fetch", job("r1-AE").forNext(RecordRef.valueOf("fetch/1/0")));
    ledger.arrived("fetch", job("r1-AE"));
    ledger.done(job("r1-AD").forNext(RecordRef.valueOf("fetch/2/0")));
    ledger.done(job("r1-AE").forNext(RecordRef.valueOf("fetch/2/1")));

    assertThat(ledger.problems()).isEmpty();
    assertThat(ledger.arrivedAt("fetch")).isEqualTo(2);
    assertThat(ledger.isComplete()).isTrue();

    ledger.arrived("fetch", job("r1-AE"));
    assertThat(ledger.problems()).containsExactly("r1-AE was submitted twice");
  }

  @Test
  void topicsMayBeReadInAnyOrder() {
    var seed = new Random().nextLong();
    var events = new ArrayList<Runnable>();
    for (var id : List.of("r1-AD", "r1-AE")) {
      events.add(() -> ledger.arrived("fetch", job(id)));
      for (var i = 0; i < 20; i++) {
        var item = child(id, i, 20);
        events.add(() -> ledger.arrived("normalize", item));
        events.add(() -> ledger.arrived("store", item));
        events.add(() -> ledger.done(item));
      }
    }
    Collections.shuffle(events, new Random(seed));

    for (var event : events) event.run();

    assertThat(ledger.isComplete()).as("seed " + seed).isTrue();
    assertThat(ledger.problems()).isEmpty();
    assertThat(ledger.doneItems()).isEqualTo(40);
  }

  @Test
  void itemThatEndsTwiceIsAProblem() {
    liveWell("r1-AD", 0, 2);
    ledger.done(child("r1-AD", 0, 2));
    ledger.dead(child("r1-AD", 0, 2), "store", "too late");

    assertThat(ledger.problems())
        .containsExactly(
            "r1-AD/0 ended twice (the second time: done)",
            "r1-AD/0 ended twice (the second time: dead)");
    assertThat(ledger.doneItems()).isEqualTo(1);
    assertThat(ledger.dead()).isZero();
  }

  @Test
  void itemThatComesTwiceIsAProblem() {
    ledger.arrived("fetch", job("r1-AD"));
    ledger.arrived("fetch", job("r1-AD"));
    ledger.arrived("store", child("r1-AD", 0, 1));
    ledger.arrived("store", child("r1-AD", 0, 1));

    assertThat(ledger.problems())
        .containsExactly("r1-AD was submitted twice", "r1-AD/0 came to phase store twice");
  }

  @Test
  void retriesAndRedrivesAreNoArrivals() {
    ledger.arrived("store", child("r1-AD", 0, 1));
    var headers = child("r1-AD", 0, 1).toKafka();
    headers.add("pl-attempt", "2".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    ledger.arrived("store", ItemHeaders.read("t", 0, 0, headers));

    assertThat(ledger.problems()).isEmpty();
    assertThat(ledger.arrivedAt("store")).isEqualTo(1);
  }

  @Test
  void strangersAndOtherRunsArePassedOver() {
    ledger.arrived("fetch", job("r2-AD"));
    ledger.done(job("pl.cities.fetch-0-17"));
    ledger.dead(child("r2-AD", 0, 1), "store", "no");

    assertThat(ledger.problems()).isEmpty();
    assertThat(ledger.jobsEnded()).isZero();
    assertThat(ledger.dead()).isZero();
  }

  @Test
  void pathsThatTheRunNeverMadeAreProblems() {
    ledger.done(child("r1-AD", 5, 3));
    ledger.arrived("store", child("r1-AD", 0, 3).forChild(0, 1, RecordRef.valueOf("check/0/0")));

    assertThat(ledger.problems()).hasSize(2);
    assertThat(ledger.doneItems()).isZero();
  }

  @Test
  void siblingsMustAgree() {
    ledger.arrived("normalize", child("r1-AD", 0, 3));
    ledger.arrived("normalize", child("r1-AD", 1, 4));

    assertThat(ledger.problems()).containsExactly("r1-AD/1 has 4 siblings, others have 3");
  }

  @Test
  void problemsAreBounded() {
    for (var i = 0; i < 100; i++) ledger.arrived("fetch", job("r1-AD"));

    assertThat(ledger.problems())
        .hasSize(RunLedger.PROBLEMS_MAX + 1)
        .last()
        .isEqualTo("... and 79 more");
  }

  @Test
  void jobsThatWereNotSubmittedAreKnown() {
    ledger.arrived("fetch", job("r1-AE"));

    assertThat(ledger.submitted()).containsExactly("r1-AE");
  }

  @Test
  void countsSayWhereTheItemsAre() {
    ledger.arrived("fetch", job("r1-AD"));
    ledger.arrived("fetch", job("r1-AE"));
    liveWell("r1-AD", 0, 4);
    ledger.arrived("normalize", child("r1-AD", 1, 4));
    ledger.dead(child("r1-AD", 1, 4), "normalize", "no");
    ledger.arrived("normalize", child("r1-AD", 2, 4));
    ledger.arrived("normalize", child("r1-AD", 3, 4));
    ledger.arrived("store", child("r1-AD", 3, 4));

    assertThat(ledger.counts(Map.of("store", 1), 10))
        .containsExactly(
            new PhaseCounts("fetch", 1, 0, 1, 0, 2),
            new PhaseCounts("normalize", 1, 0, 2, 1, 10),
            new PhaseCounts("store", 0, 1, 1, 0, 9));
  }
}
