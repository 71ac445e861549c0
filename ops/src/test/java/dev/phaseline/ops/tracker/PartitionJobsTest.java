package dev.phaseline.ops.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.ItemHeaders.JobFacts;
import dev.phaseline.schemas.RecordAddress;
import dev.phaseline.schemas.RecordRef;
import dev.phaseline.schemas.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/// What the tracker makes of records, whatever the order in which it reads them.
final class PartitionJobsTest {
  private static final long START_MS = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.ofEpochMilli(START_MS + 10_000));

  /// Many small worlds, each cut off at some moment, and read in several orders: what is said is
  /// what was true at that moment.
  @Test
  void theOrderOfReadingDoesNotMatter() {
    var seed = Long.getLong("phaseline.seed", new Random().nextLong());
    System.out.println("seed " + seed + " (-Dphaseline.seed=" + seed + " repeats it)");
    var random = new Random(seed);
    for (var world = 0; world < 150; world++) {
      var log = new WorkSim.MemoryLog(random);
      var sim = new WorkSim(TopicNames.DEFAULT, random, log, "w" + world, START_MS);
      sim.run(random.nextInt(5, 400), random.nextInt(1, 12));
      if (world % 3 == 0) sim.finish();
      for (var order = 0; order < 3; order++) {
        var rig = new BooksRig(CLOCK);
        for (var record : shuffled(log.records, order, random)) rig.read(record);
        Truth.check(sim, rig.status);
        checkEnds(sim, rig.ended);
      }
    }
  }

  /// The order of one partition is kept for timers alone, as Kafka keeps it: what comes for the
  /// same timer must come in order.
  private static List<EventReader.Source> shuffled(
      List<EventReader.Source> records, int order, Random random) {
    if (order == 0) return records;
    var all = new ArrayList<>(records);
    if (order == 1) Collections.reverse(all);
    else Collections.shuffle(all, random);
    var timers = new ArrayList<>(records);
    timers.removeIf(record -> !record.topic().equals(TopicNames.DEFAULT.timers()));
    var next = timers.iterator();
    all.replaceAll(
        record -> record.topic().equals(TopicNames.DEFAULT.timers()) ? next.next() : record);
    return all;
  }

  private static void checkEnds(WorkSim sim, List<String> ended) {
    sim.jobs.forEach(
        (id, job) -> {
          var times = Collections.frequency(ended, id);
          if (job.withdrawn || job.redriven) return; // may end more than once
          assertThat(times).as("ends of %s", id).isEqualTo(job.isEnded() ? 1 : 0);
        });
  }

  private final BooksRig rig = new BooksRig(CLOCK);
  private long offset;
  private final int mark = 1;

  private String read(String topic, Headers headers) {
    rig.read(
        new EventReader.Source(topic, 0, offset, START_MS + offset, null, false, headers, mark));
    return "/0/" + offset++;
  }

  private static String phase(String name) {
    return TopicNames.DEFAULT.phase("cities", name);
  }

  @Test
  void anItemTellsWhereItWasAndWhatWentWrong() {
    var root = ItemHeaders.ofJob("j");
    var first = "fetch" + read(phase("fetch"), root.toKafka());
    var second = "check" + read(phase("check"), root.forNext(RecordRef.valueOf(first)).toKafka());
    var dead = root.forNext(RecordRef.valueOf(second)).toKafka();
    dead.add(HeaderNames.PHASE, bytes("check"));
    dead.add(HeaderNames.KIND, bytes("failed"));
    dead.add(HeaderNames.REASON, bytes("boom"));
    dead.add(
        HeaderNames.HISTORY,
        bytes(
            "[{\"attempt\":1,\"error\":\"a.B\",\"message\":\"m\",\"worker\":\"w1\","
                + "\"ended\":\"2026-03-01T12:00:00Z\"},{\"omitted\":4}]"));
    var _ = read(TopicNames.DEFAULT.dead("cities"), dead);

    var item = rig.status.item("j", "/").orElseThrow();
    assertThat(item.state()).isEqualTo(WorkState.DEAD);
    assertThat(item.phase()).isEqualTo("check");
    assertThat(item.reason()).isEqualTo("boom");
    assertThat(item.omitted()).isEqualTo(4);
    assertThat(item.attempts())
        .containsExactly(
            new FailedAttempt(
                1, "", "a.B", "m", "w1", null, Instant.parse("2026-03-01T12:00:00Z")));
    assertThat(item.visits())
        .containsExactly(
            new PhaseStay("fetch", at(0), at(1)), new PhaseStay("check", at(1), at(2)));
    assertThat(item.place()).isEqualTo(new RecordAddress("pl.cities.dead", 0, 2));
    assertThat(rig.status.jobs(query("error~BOOM"), null, 5).rows()).hasSize(1);
    assertThat(rig.status.jobs(query("error~bang"), null, 5).rows()).isEmpty();
  }

  @Test
  void aJobThatWasCancelledWhileItRanIsCancelledAndNotDone() {
    var root = ItemHeaders.ofJob("j");
    var first = "fetch" + read(phase("fetch"), root.toKafka());
    var end = root.forNext(RecordRef.valueOf(first)).toKafka();
    end.add(HeaderNames.ENDED, bytes(HeaderNames.ENDED_CANCELLED));
    var _ = read(TopicNames.DEFAULT.done("cities"), end);

    assertThat(rig.status.job("j").orElseThrow().state()).isEqualTo(WorkState.CANCELLED);
    assertThat(rig.status.item("j", "/").orElseThrow().state()).isEqualTo(WorkState.CANCELLED);
  }

  @Test
  void aJobWhoseWorkWasUndoneIsCompensatedAndItsErrorIsThatWhichWasUndone() {
    var root = ItemHeaders.ofJob("j");
    var first = "fetch" + read(phase("fetch"), root.toKafka());
    var saga = new ItemHeaders.Saga(List.of("fetch - AA=="), "check no such city", 0);
    var second = root.forNext(RecordRef.valueOf(first)).withSaga(saga);
    var back = "fetch" + read(phase("fetch"), second.toKafka());
    assertThat(rig.status.job("j").orElseThrow().state()).isEqualTo(WorkState.WAITING);
    var end = root.forNext(RecordRef.valueOf(back)).toKafka();
    end.add(HeaderNames.ENDED, bytes(HeaderNames.ENDED_COMPENSATED));
    end.add(HeaderNames.COMPENSATING, bytes("check no such city"));
    var _ = read(TopicNames.DEFAULT.done("cities"), end);

    var job = rig.status.job("j").orElseThrow();
    assertThat(job.state()).isEqualTo(WorkState.COMPENSATED);
    assertThat(rig.status.jobs(query("error~\"check: no such city\""), null, 5).rows()).hasSize(1);
    assertThat(rig.status.item("j", "/").orElseThrow().state()).isEqualTo(WorkState.COMPENSATED);
    assertThat(rig.status.jobs(query("state=compensated"), null, 5).rows()).hasSize(1);
  }

  /// As a worker sends it that takes the key of its first phase from the payload; the record may be
  /// read before the one that it comes from.
  @Test
  void aJobThatWentRoundUnderItsOwnKeyIsOneJobInWhateverOrderItIsRead() {
    for (var order : List.of(List.of(0, 1, 2), List.of(1, 0, 2), List.of(2, 1, 0))) {
      var one = new BooksRig(CLOCK);
      var root = ItemHeaders.ofJob("j");
      var records =
          List.of(
              source(phase("fetch"), 0, root.toKafka()),
              source(phase("fetch"), 1, root.forNext(RecordRef.valueOf("fetch/0/0")).toKafka()),
              source(
                  TopicNames.DEFAULT.done("cities"),
                  2,
                  root.forNext(RecordRef.valueOf("fetch/0/1")).toKafka()));
      for (var at : order) {
        one.read(records.get(at));
        assertThat(one.status.jobs(JobQuery.ALL, null, 5).rows()).hasSize(1);
      }
      var job = one.status.job("j").orElseThrow();
      assertThat(job.state()).as("%s", order).isEqualTo(WorkState.DONE);
      assertThat(job.row().items()).isEqualTo(1);
      assertThat(one.status.item("j", "/").orElseThrow().visits())
          .extracting(PhaseStay::phase)
          .containsOnly("fetch");
    }
  }

  private EventReader.Source source(String topic, long offset, Headers headers) {
    return new EventReader.Source(topic, 0, offset, START_MS + offset, null, false, headers, mark);
  }

  @Test
  void recordsWithoutOurHeadersAreJobsToo() {
    var _ = read(phase("fetch"), new RecordHeaders());
    var job = rig.status.job("pl.cities.fetch-0-0").orElseThrow();
    assertThat(job.state()).isEqualTo(WorkState.WAITING);
    assertThat(job.row().submitted()).isEqualTo(at(0));
  }

  @Test
  void headersThatCannotBeReadCountAsNotSaid() {
    var odd = new RecordHeaders();
    odd.add(HeaderNames.JOB, bytes("x\0y\n" + "z".repeat(300)));
    odd.add(HeaderNames.ITEM, bytes("/../etc"));
    odd.add(HeaderNames.ATTEMPT, bytes("many"));
    odd.add(HeaderNames.SUBMITTED, bytes("yesterday"));
    odd.add(HeaderNames.PARENT, bytes("a/b"));
    odd.add(HeaderNames.TAGS, bytes("=;%zz\0=1"));
    odd.add(HeaderNames.HISTORY, bytes("{nonsense"));
    var _ = read(phase("fetch"), odd);
    assertThat(rig.status.jobs(JobQuery.ALL, null, 5).rows())
        .singleElement()
        // as the worker names it, which writes its dead letter under this id
        .satisfies(row -> assertThat(row.id()).isEqualTo("pl.cities.fetch-0-0"));
  }

  @Test
  void tagsPhasesAndTimesAreFoundAndOthersAreNot() {
    for (var i = 0; i < 20; i++) {
      var item =
          ItemHeaders.ofJob("j" + i)
              .withJob(
                  JobFacts.NONE
                      .withSubmitted(at(i))
                      .withTags(i % 2 == 0 ? "team=blue;n=" + i : "team=red"));
      var _ = read(phase(i < 10 ? "fetch" : "check"), item.toKafka());
    }
    assertThat(ids("tag=team:blue")).startsWith("j18", "j16").hasSize(10);
    assertThat(ids("tag=n")).hasSize(10);
    assertThat(ids("tag=n:4 phase=fetch")).containsExactly("j4");
    assertThat(ids("phase=check tag=team:red")).startsWith("j19").hasSize(5);
    assertThat(ids("since=2026-03-01T12:00:00.015Z"))
        .containsExactly("j19", "j18", "j17", "j16", "j15");
    assertThat(ids("until=2026-03-01T12:00:00.002Z")).containsExactly("j1", "j0");
    assertThat(ids("state=waiting pipeline=cities")).hasSize(20);
    assertThat(ids("pipeline=towns")).isEmpty();
    assertThat(ids("state=done")).isEmpty();
  }

  /// Jobs that wait have no marks: they are looked for in the seconds in which some are.
  @Test
  void jobsThatWaitAreFoundWhereverTheyStandAndThoseThatWentOnAreNot() {
    var waiting = new ArrayList<String>();
    var ends = new ArrayList<Headers>();
    for (var i = 0; i < 400; i++) {
      var submitted = at(-i * 700L); // newest first, some seconds with two
      var item = ItemHeaders.ofJob("j" + i).withJob(JobFacts.NONE.withSubmitted(submitted));
      var first = "fetch" + read(phase("fetch"), item.toKafka());
      rig.books.flush(); // each is written while it waits
      var end = item.forNext(RecordRef.valueOf(first)).toKafka();
      if (i % 90 == 3 || i == 100) {
        waiting.add("j" + i);
        ends.add(end);
      } else {
        var _ = read(TopicNames.DEFAULT.done("cities"), end);
      }
    }
    assertThat(ids("state=waiting")).isEqualTo(waiting);
    assertThat(ids("state=waiting,dead pipeline=cities")).isEqualTo(waiting);
    assertThat(ids("state=waiting phase=check")).isEmpty();
    assertThat(ids("state=waiting since=2026-03-01T11:58:50Z until=2026-03-01T11:59:50Z"))
        .containsExactly("j93", "j100");
    assertThat(rig.stores.marks().range(JobKeys.id("", ""), JobKeys.after(new byte[] {127})))
        .isExhausted();

    var again = new PhaseBooks(rig.stores.totals()); // as after a restart
    assertThat(again.waits("cities")).isEqualTo(rig.phases.waits("cities")).hasSize(waiting.size());
    for (var end : ends) {
      var _ = read(TopicNames.DEFAULT.done("cities"), end);
    }
    assertThat(ids("state=waiting")).isEmpty();
    assertThat(rig.phases.waits("cities")).isEmpty();
  }

  private List<String> ids(String query) {
    var ids = new ArrayList<String>();
    String cursor = null;
    do {
      var page = rig.status.jobs(query(query), cursor, 3);
      page.rows().forEach(row -> ids.add(row.id()));
      cursor = page.next();
    } while (cursor != null);
    return ids;
  }

  @Test
  void whatCannotBeAskedIsRefused() {
    var _ = read(phase("fetch"), ItemHeaders.ofJob("a").toKafka());
    var _ = read(phase("fetch"), ItemHeaders.ofJob("b").toKafka());
    var next = rig.status.jobs(JobQuery.ALL, null, 1).next();
    assertThat(rig.status.jobs(JobQuery.ALL, next, 1).rows()).hasSize(1);
    assertThatThrownBy(() -> rig.status.jobs(query("state=dead"), next, 1))
        .isInstanceOf(BadCursorException.class);
    for (var broken : List.of("", "x", "%%%", "AAAA", "_".repeat(5_000))) {
      assertThatThrownBy(() -> rig.status.jobs(JobQuery.ALL, broken, 1))
          .isInstanceOf(BadCursorException.class);
      assertThatThrownBy(() -> rig.status.items("a", broken, 1))
          .isInstanceOf(BadCursorException.class);
    }
    assertThatThrownBy(() -> rig.status.jobs(JobQuery.ALL, null, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(rig.status.job("no\0such")).isEmpty();
    assertThat(rig.status.job("")).isEmpty();
    assertThat(rig.status.item("a", "/1/x")).isEmpty();
    assertThat(rig.status.item("a", "../..")).isEmpty();
    assertThat(rig.status.items("nobody", null, 10).rows()).isEmpty();
  }

  /// Within the last minute 60 went all the way, 12 went as far as check and 30 came to fetch and
  /// wait there. fetch: 30 by 72 / 60 s are 25 s. check: 12, and 72 / 60 s in 25 s, by 60 / 60 s
  /// are 42 s.
  @Test
  void theEtaOfAJobKnowsTheWayThatJobsBeforeItWent() {
    for (var i = 0; i < 102; i++) {
      var item = ItemHeaders.ofJob("j" + i);
      var first = "fetch" + read(phase("fetch"), item.toKafka());
      if (i >= 72) continue;
      var second = "check" + read(phase("check"), item.forNext(RecordRef.valueOf(first)).toKafka());
      if (i >= 60) continue;
      var _ =
          read(
              TopicNames.DEFAULT.done("cities"), item.forNext(RecordRef.valueOf(second)).toKafka());
    }
    assertThat(rig.status.phases())
        .extracting(view -> view.phase() + view.from())
        .containsExactly("check{fetch=72}", "fetch{}");
    assertThat(rig.status.job("j80").orElseThrow().eta())
        .isEqualTo(CLOCK.instant().plusSeconds(42));
    assertThat(rig.status.job("j70").orElseThrow().eta())
        .isEqualTo(CLOCK.instant().plusSeconds(12));
    assertThat(rig.status.job("j3").orElseThrow().eta()).as("it has ended").isNull();

    rig.books.flush();
    var again = new PhaseBooks(rig.stores.totals()); // as after a restart
    assertThat(again.all())
        .filteredOn(book -> book.phase.equals("check"))
        .singleElement()
        .satisfies(book -> assertThat(book.from()).containsExactly(entry("fetch", 72L)));
  }

  @Test
  void whatComesBackFromTimersOrFromTheDeadHasNotComeFromAnotherPhase() {
    var item = ItemHeaders.ofJob("j");
    var first = "fetch" + read(phase("fetch"), item.toKafka());
    var again = item.forNext(RecordRef.valueOf(first)).toKafka();
    again.remove(HeaderNames.ATTEMPT).add(HeaderNames.ATTEMPT, bytes("2"));
    var _ = read(phase("fetch"), again);
    var redriven = item.forNext(RecordRef.valueOf("dead/0/7")).toKafka();
    var _ = read(phase("fetch"), redriven);
    assertThat(rig.status.phases()).allSatisfy(view -> assertThat(view.from()).isEmpty());
  }

  @Test
  void endedJobsAreForgottenWhenTheirTimeIsOverAndOpenOnesAreNot() {
    var random = new Random(7);
    var log = new WorkSim.MemoryLog(random);
    var sim = new WorkSim(TopicNames.DEFAULT, random, log, "r", START_MS);
    sim.run(500, 60);
    for (var record : log.records) rig.read(record);
    var before = rig.status.phases().toString();
    var retention = new Retention(Duration.ofDays(1), Duration.ofDays(9), 1_000);
    var sweep = new RetentionSweep(rig.stores, rig.phases, rig.books, retention, 1_000);
    assertThat(sweep.run(sim.nowMs())).isZero();
    assertThat(sweep.run(sim.nowMs() + Duration.ofDays(2).toMillis())).isPositive();
    sim.jobs.forEach(
        (id, job) ->
            assertThat(rig.status.job(id).isPresent())
                .as("%s is kept", id)
                .isEqualTo(!job.isEnded() || job.dead > job.discarded));
    assertThat(rig.status.phases().toString()).isEqualTo(before);
    var all = new RetentionSweep(rig.stores, rig.phases, rig.books, retention, 1_000);
    assertThat(all.run(sim.nowMs() + Duration.ofDays(30).toMillis())).isPositive();
    assertThat(rig.status.jobs(JobQuery.ALL, null, 10).rows()).isEmpty();
    for (var store : List.of(BookStores.JOBS, BookStores.IDS, BookStores.ITEMS)) {
      assertThat(rig.entries(store)).as(store).isZero();
    }
    var open = rig.status.phases().stream().mapToLong(PhaseView::dead).sum();
    assertThat(open).as("letters that still wait for a decision").isPositive();
    assertThat(rig.entries(BookStores.MARKS)).as(BookStores.MARKS).isEqualTo(open);
    assertThat(rig.phases.waits(WorkSim.PIPELINE)).isEmpty();
    assertThat(rig.status.phases()).allMatch(view -> view.waiting() == 0 && view.retrying() == 0);
  }

  @Test
  void ofTooManyJobsTheOldestThatEndedGoFirst() {
    for (var i = 0; i < 50; i++) {
      var item = ItemHeaders.ofJob("j" + i);
      var first = "fetch" + read(phase("fetch"), item.toKafka());
      if (i == 3) continue;
      var _ =
          read(TopicNames.DEFAULT.done("cities"), item.forNext(RecordRef.valueOf(first)).toKafka());
    }
    var retention = new Retention(Duration.ofDays(1), Duration.ofDays(9), 20);
    var sweep = new RetentionSweep(rig.stores, rig.phases, rig.books, retention, 20);
    assertThat(sweep.run(START_MS + 1_000)).isEqualTo(30);
    assertThat(rig.status.job("j3")).isPresent();
    assertThat(rig.status.job("j49")).isPresent();
    assertThat(rig.status.job("j30")).isEmpty();
    assertThat(rig.phases.kept()).isEqualTo(20);
  }

  private static JobQuery query(String text) {
    return JobQuery.parse(text, Instant.ofEpochMilli(START_MS));
  }

  private static Instant at(long ms) {
    return Instant.ofEpochMilli(START_MS + ms);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}
