package dev.phaseline.ops.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import dev.phaseline.ops.TestCluster;
import dev.phaseline.ops.audit.BooksReport.Kind;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.RecordRef;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.ClusterException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/// Each planted fault must be found, and nothing else.
final class PipelineAuditTest {
  private static final ItemHeaders ROOT = ItemHeaders.ofJob("job");

  @TempDir private static Path folder;
  private static TestCluster cluster;

  private TestCluster.Script script;

  @BeforeAll
  static void startBroker() {
    cluster = new TestCluster(folder.resolve("data"));
  }

  @AfterAll
  static void stopBroker() {
    cluster.close();
  }

  @BeforeEach
  void ownTopics(TestInfo test) {
    var name = test.getTestMethod().orElseThrow().getName().toLowerCase(java.util.Locale.ROOT);
    script = cluster.pipeline(name.substring(0, Math.min(48, name.length())));
  }

  @Test
  void wholeJobsBalance() {
    script.wholeJob("job", 5);
    script.wholeJob("other", 3);
    var report = audit();
    assertThat(report.problems()).isEmpty();
    assertThat(report.balanced()).isTrue();
    assertThat(report.jobs()).isEqualTo(2);
    assertThat(report.items()).isEqualTo(2 + 8);
    assertThat(report.itemsPerPhase())
        .containsExactly(entry("fetch", 2L), entry("check", 8L), entry("store", 8L));
    assertThat(report.waitingPerPhase().values()).containsOnly(0L);
    assertThat(report.done()).isEqualTo(8);
    assertThat(report.dead()).isZero();
  }

  @Test
  void deadLettersAreEndsToo() {
    var root = script.submit("job");
    for (var i = 0; i < 3; i++) {
      var item = ROOT.forChild(i, 3, RecordRef.valueOf(root));
      var checked = script.child("check", root, ROOT, i, 3);
      if (i == 0) script.dead("check", checked, item, "rejected", "no name\nat line 7");
      else if (i == 1) script.dead("check", checked, item, "failed", "disk is full");
      else script.done(checked, item);
    }
    var report = audit();
    assertThat(report.balanced()).as("%s", report).isTrue();
    assertThat(report.done()).isEqualTo(1);
    assertThat(report.dead()).isEqualTo(2);
    assertThat(report.deadByKind()).containsExactly(entry("failed", 1L), entry("rejected", 1L));
    assertThat(report.deadByReason())
        .containsExactly(entry("disk is full", 1L), entry("no name", 1L));
  }

  @Test
  void reasonsAreNamedUpToABound() {
    var counts = new java.util.TreeMap<String, Long>();
    for (var i = 0; i < 500; i++) counts.put("reason %03d".formatted(i), i == 7 ? 3L : 1L);
    counts.put("gone", 0L);
    var most = DeadLetterReader.most(counts, "(others)");
    assertThat(most).hasSize(21).containsEntry("reason 007", 3L).containsEntry("(others)", 480L);
    assertThat(most.keySet()).startsWith("reason 007", "reason 000").endsWith("(others)");
  }

  @Test
  void cancelledItemsAreEndsToo() {
    var first = script.submit("job");
    var headers = ItemHeaders.ofJob("job").forNext(RecordRef.valueOf(first)).toKafka();
    headers.add(HeaderNames.ENDED, HeaderNames.ENDED_CANCELLED.getBytes(UTF_8));
    script.write("done", headers);
    script.wholeJob("other", 1);
    var report = audit();
    assertThat(report.balanced()).as("%s", report).isTrue();
    assertThat(report.cancelled()).isEqualTo(1);
    assertThat(report.done()).isEqualTo(1);
  }

  @Test
  void compensatedItemsAreEndsToo() {
    var item = ItemHeaders.ofJob("job").forNext(RecordRef.valueOf(script.submit("job")));
    var checked = script.write("check", item.toKafka());
    var back = script.write("fetch", item.forNext(RecordRef.valueOf(checked)).toKafka());
    var headers = item.forNext(RecordRef.valueOf(back)).toKafka();
    headers.add(HeaderNames.ENDED, HeaderNames.ENDED_COMPENSATED.getBytes(UTF_8));
    script.write("done", headers);
    script.wholeJob("other", 1);
    var report = audit();
    assertThat(report.balanced()).as("%s", report).isTrue();
    assertThat(report.compensated()).isEqualTo(1);
    assertThat(report.done()).isEqualTo(1);
  }

  @Test
  void recordOfAnyProducerIsAJob() {
    var place = script.write("fetch", new org.apache.kafka.common.header.internals.RecordHeaders());
    var parts = place.split("/", -1);
    var topic = TopicNames.DEFAULT.phase(script.pipeline(), "fetch");
    script.done(place, ItemHeaders.ofJob(topic + '-' + parts[1] + '-' + parts[2]));
    var report = audit();
    assertThat(report.balanced()).as("%s", report).isTrue();
    assertThat(report.jobs()).isEqualTo(1);
  }

  @Test
  void itemThatGoesBackToAPhaseIsNoDoublet() {
    var first = script.submit("job");
    var second = script.step("check", first, ROOT);
    var again = script.step("fetch", second, ROOT);
    var third = script.step("check", again, ROOT);
    script.done(third, ROOT);
    var report = audit();
    assertThat(report.balanced()).as("%s", report).isTrue();
    assertThat(report.items()).isEqualTo(1);
  }

  /// As a worker sends it that takes the key of its first phase from the payload.
  @Test
  void aJobThatWentRoundUnderItsOwnKeyWasSubmittedOnce() {
    var first = script.submit("job");
    var keyed = script.step("fetch", first, ROOT);
    var next = script.step("check", keyed, ROOT);
    script.done(next, ROOT);
    var report = audit();
    assertThat(report.balanced()).as("%s", report).isTrue();
    assertThat(report.jobs()).isEqualTo(1);
    assertThat(report.items()).isEqualTo(1);

    script.step("fetch", first, ROOT);
    assertThat(audit().problemCounts()).containsKey(Kind.DOUBLED);
  }

  @Test
  void redrivenDeadLetterLivesOnceMore() {
    var root = script.submit("job");
    var letter = script.dead("fetch", root, ROOT, "failed", "down");
    var again = script.write("fetch", secondLife(letter).toKafka());
    script.done(again, secondLife(again));
    var report = audit();
    assertThat(report.balanced()).as("%s", report).isTrue();
    assertThat(report.dead()).isZero();
    assertThat(report.deadByKind()).isEmpty();
    assertThat(report.done()).isEqualTo(1);

    script.write("fetch", secondLife(letter).toKafka());
    assertThat(audit().problemCounts()).containsKey(Kind.DOUBLED);
  }

  @Test
  void recordedRedriveThatLedNowhereIsLost() throws Exception {
    var root = script.submit("job");
    var letter = script.dead("fetch", root, ROOT, "failed", "down");
    assertThat(audit().balanced()).isTrue();
    var headers = new org.apache.kafka.common.header.internals.RecordHeaders();
    headers.add(HeaderNames.ACTION, "redriven".getBytes(UTF_8));
    headers.add(HeaderNames.PHASE, "fetch".getBytes(UTF_8));
    var id = letter.substring("dead/".length()).replace('/', '-').getBytes(UTF_8);
    var topic = TopicNames.DEFAULT.deadActions(script.pipeline());
    cluster
        .producer
        .send(
            new org.apache.kafka.clients.producer.ProducerRecord<>(
                topic, 0, null, id, new byte[0], headers))
        .get();
    var lost = audit();
    assertThat(lost.problemCounts()).containsExactly(entry(Kind.LOST, 1L));
    assertThat(lost.problems().getFirst()).startsWith(letter + " was redriven to fetch, but");

    script.write("fetch", secondLife(letter).toKafka());
    assertThat(audit().problemCounts()).containsOnlyKeys(Kind.UNFINISHED);
  }

  @Test
  void lostChildTearsItsFanOut() {
    var root = script.submit("job");
    for (var i = 0; i < 4; i++) {
      if (i == 2) continue;
      script.done(
          script.child("check", root, ROOT, i, 4), ROOT.forChild(i, 4, RecordRef.valueOf(root)));
    }
    var report = audit();
    assertThat(report.problemCounts()).containsExactly(entry(Kind.TORN, 1L));
    assertThat(report.problems())
        .containsExactly("the fan-out of item job (" + root + ") has 3 of its 4 children");
    assertThat(report.soundSoFar()).isFalse();
  }

  @Test
  void childThatIsThereTwiceIsNamed() {
    var root = script.submit("job");
    for (var i : new int[] {0, 1, 1}) {
      var child = script.child("check", root, ROOT, i, 2);
      if (i == 0) script.done(child, ROOT.forChild(i, 2, RecordRef.valueOf(root)));
      else script.step("store", child, ROOT.forChild(i, 2, RecordRef.valueOf(root)));
    }
    var report = audit();
    assertThat(report.problemCounts()).containsEntry(Kind.DOUBLED, 1L);
    assertThat(report.problems().getFirst()).contains("item job/1").contains(root);
  }

  @Test
  void childBeyondItsFanOutIsNamed() {
    var root = script.submit("job");
    script.done(
        script.child("check", root, ROOT, 0, 1), ROOT.forChild(0, 1, RecordRef.valueOf(root)));
    script.done(
        script.child("check", root, ROOT, 7, 1), ROOT.forChild(7, 1, RecordRef.valueOf(root)));
    assertThat(audit().problemCounts()).containsEntry(Kind.TORN, 1L);
  }

  @Test
  void siblingsThatDisagreeAreNamed() {
    var root = script.submit("job");
    script.done(
        script.child("check", root, ROOT, 0, 2), ROOT.forChild(0, 2, RecordRef.valueOf(root)));
    script.done(
        script.child("check", root, ROOT, 1, 3), ROOT.forChild(1, 3, RecordRef.valueOf(root)));
    assertThat(audit().problemCounts()).containsEntry(Kind.TORN, 1L);
  }

  @Test
  void secondResultOfAnItemIsNamed() {
    var root = script.submit("job");
    script.done(root, ROOT);
    script.done(root, ROOT);
    var report = audit();
    assertThat(report.problemCounts()).containsExactly(entry(Kind.DOUBLED, 1L));
    assertThat(report.problems().getFirst()).contains(root + " (item job) was handled twice");
    assertThat(report.balanced()).isFalse();
  }

  @Test
  void itemThatIsBothDoneAndDeadIsNamed() {
    var root = script.submit("job");
    var checked = script.step("check", root, ROOT);
    script.done(checked, ROOT);
    script.dead("check", checked, ROOT, "timed_out", "too slow");
    assertThat(audit().problemCounts()).containsExactly(entry(Kind.DOUBLED, 1L));
  }

  @Test
  void itemThatEndsTwiceByDifferentWaysIsNamed() {
    var root = script.submit("job");
    var checked = script.step("check", root, ROOT);
    var doubled = script.step("check", root, ROOT);
    script.done(checked, ROOT);
    script.done(doubled, ROOT);
    assertThat(audit().problemCounts()).containsExactly(entry(Kind.DOUBLED, 2L));
  }

  @Test
  void recordThatBothGoesOnAndFansOutIsNamed() {
    var root = script.submit("job");
    script.done(
        script.child("check", root, ROOT, 0, 1), ROOT.forChild(0, 1, RecordRef.valueOf(root)));
    script.done(root, ROOT);
    assertThat(audit().problemCounts()).containsExactly(entry(Kind.DOUBLED, 1L));
  }

  @Test
  void resultWhoseOriginIsLostIsAnOrphan() {
    script.wholeJob("job", 1);
    script.done("store/1/99", ItemHeaders.ofJob("lost"));
    var report = audit();
    assertThat(report.problemCounts()).containsExactly(entry(Kind.ORPHAN, 1L));
    assertThat(report.problems().getFirst()).contains("item lost").contains("store/1/99");
  }

  @Test
  void resultWithoutAnOriginIsAnOrphan() {
    script.write("done", ROOT.toKafka());
    assertThat(audit().problemCounts()).containsExactly(entry(Kind.ORPHAN, 1L));
  }

  @Test
  void recordThatComesFromAnotherItemIsAnOrphan() {
    var root = script.submit("job");
    var other = script.submit("other");
    script.done(root, ROOT);
    script.done(other, ItemHeaders.ofJob("other"));
    script.step("check", other, ROOT.forChild(0, 2, RecordRef.valueOf(root)));
    assertThat(audit().problemCounts()).containsEntry(Kind.ORPHAN, 1L);
  }

  @Test
  void originThatIsNotAPlaceIsAnOrphan() {
    var headers = ROOT.toKafka();
    headers.add(HeaderNames.PARENT, "somewhere".getBytes(UTF_8));
    script.write("done", headers);
    script.done("nophase/0/0", ROOT);
    assertThat(audit().problemCounts()).containsEntry(Kind.ORPHAN, 2L);
  }

  @Test
  void itemThatWaitsIsUnfinishedAndNoFault() {
    var root = script.submit("job");
    script.step("check", root, ROOT);
    var report = audit();
    assertThat(report.problemCounts()).containsExactly(entry(Kind.UNFINISHED, 1L));
    assertThat(report.waitingPerPhase())
        .containsExactly(entry("fetch", 0L), entry("check", 1L), entry("store", 0L));
    assertThat(report.problems().getFirst()).startsWith("item job has not ended");
    assertThat(report.balanced()).isFalse();
    assertThat(report.soundSoFar()).isTrue();
  }

  @Test
  void jobSubmittedTwiceIsNamed() {
    script.done(script.submit("job"), ROOT);
    script.done(script.submit("job"), ROOT);
    var report = audit();
    assertThat(report.problemCounts()).containsEntry(Kind.RESUBMITTED, 1L);
    assertThat(report.jobs()).isEqualTo(1);
  }

  @Test
  void abortedTransactionsDoNotExist() {
    script.wholeJob("job", 2);
    try (var producer = cluster.producer(Map.of("transactional.id", "aborting"))) {
      producer.initTransactions();
      producer.beginTransaction();
      script.through(producer).wholeJob("job", 2);
      script.through(producer).done("store/0/0", ROOT);
      producer.abortTransaction();
    }
    var report = audit();
    assertThat(report.balanced()).as("%s", report).isTrue();
    assertThat(report.items()).isEqualTo(3);
  }

  @Test
  void openTransactionsDoNotExistYet() {
    script.wholeJob("job", 2);
    try (var producer = cluster.producer(Map.of("transactional.id", "open"))) {
      producer.initTransactions();
      producer.beginTransaction();
      script.through(producer).done("store/0/0", ROOT);
      assertThat(audit().balanced()).isTrue();
      producer.abortTransaction();
    }
  }

  @Test
  void otherJobsAreNobodysBusiness() {
    script.wholeJob("mine-1", 3);
    script.submit("theirs-1");
    script.done("store/0/77", ItemHeaders.ofJob("theirs-2"));
    assertThat(audit(id -> id.startsWith("mine-")).balanced()).isTrue();
    assertThat(audit().balanced()).isFalse();
  }

  @Test
  void deadLetterOfUnreadableHeadersIsAnEnd() {
    var headers = ItemHeaders.ofJob("job").toKafka();
    headers.add(HeaderNames.GENERATION, "many".getBytes(UTF_8));
    var root = script.write("fetch", headers);
    headers.add(HeaderNames.PARENT, root.getBytes(UTF_8));
    headers.add(HeaderNames.KIND, "undecodable".getBytes(UTF_8));
    script.write("dead", headers);
    var report = audit();
    assertThat(report.balanced()).as("%s", report).isTrue();
    assertThat(report.deadByKind()).containsExactly(entry("undecodable", 1L));
  }

  @Test
  void unreadableHeadersOfAWorkersRecordAreAFault() {
    var root = script.submit("job");
    var headers = ROOT.forNext(RecordRef.valueOf(root)).toKafka();
    headers.add(HeaderNames.SIBLINGS, "x".getBytes(UTF_8));
    script.write("done", headers);
    assertThat(audit().problemCounts()).containsEntry(Kind.UNREADABLE, 1L);
  }

  @Test
  void originThatIsNoLongerKeptIsNotCalledLost() throws Exception {
    var root = script.submit("job");
    script.done(root, ROOT);
    var place = root.split("/", -1);
    var partition =
        new TopicPartition(
            TopicNames.DEFAULT.phase(script.pipeline(), "fetch"), Integer.parseInt(place[1]));
    cluster
        .admin
        .deleteRecords(
            Map.of(partition, RecordsToDelete.beforeOffset(Long.parseLong(place[2]) + 1)))
        .all()
        .get();
    var report = audit();
    assertThat(report.problemCounts()).containsExactly(entry(Kind.EXPIRED, 1L));
    assertThat(report.problems().getFirst()).contains("no longer kept");
  }

  @Test
  void onlyTheFirstTwentyProblemsAreWorded() {
    for (var i = 0; i < 30; i++) script.submit("job-" + i);
    var report = audit();
    assertThat(report.problemCounts()).containsExactly(entry(Kind.UNFINISHED, 30L));
    assertThat(report.problems()).hasSize(20);
  }

  @Test
  void missingTopicIsNamed() {
    assertThatExceptionOfType(ClusterException.class)
        .isThrownBy(
            () ->
                PipelineAudit.audit(
                    cluster.client(), TopicNames.DEFAULT, "nobody", TestCluster.PHASES, id -> true))
        .withMessageContaining("pipeline 'nobody' has no topic pl.nobody.");
  }

  private static ItemHeaders secondLife(String parent) {
    return ItemHeaders.of(
        ItemHeaders.Identity.ofJob("job").withGeneration(1).withParent(RecordRef.valueOf(parent)));
  }

  private BooksReport audit() {
    return audit(id -> true);
  }

  private BooksReport audit(Predicate<String> jobs) {
    return PipelineAudit.audit(
        cluster.client(), TopicNames.DEFAULT, script.pipeline(), TestCluster.PHASES, jobs);
  }
}
