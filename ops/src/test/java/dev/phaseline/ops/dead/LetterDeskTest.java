package dev.phaseline.ops.dead;

import static dev.phaseline.ops.dead.LetterRig.query;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.ops.Await;
import dev.phaseline.ops.TestCluster;
import dev.phaseline.ops.audit.DeadLetterReader;
import dev.phaseline.ops.dead.LetterState.Status;
import dev.phaseline.ops.dead.RedriveReport.End;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.ClusterException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/// What an operator can do to letters, on a real broker.
@Tag("broker")
final class LetterDeskTest {
  private static final byte[] VALUE = {0, 1, 2, (byte) 0xff};

  @TempDir private static Path folder;
  private static TestCluster cluster;

  private LetterRig rig;

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
    var name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    rig = LetterRig.of(cluster, name.substring(0, Math.min(48, name.length())));
  }

  @Test
  void redrivenLetterKeepsWhatItIsAndBeginsANewLife() {
    var id = rig.dead("job", "failed", "down", VALUE);
    var report = redrive(id);
    assertThat(report.redriven()).isEqualTo(1);
    assertThat(report.end()).isEqualTo(End.COMPLETE);

    var record = rig.only("fetch", id);
    assertThat(record.key()).isEqualTo("job".getBytes(UTF_8));
    assertThat(record.value()).isEqualTo(VALUE);
    assertThat(header(record, HeaderNames.JOB)).isEqualTo("job");
    assertThat(header(record, HeaderNames.GENERATION)).isEqualTo("1");
    assertThat(header(record, HeaderNames.HISTORY)).isEqualTo("[]");
    assertThat(header(record, "x-theirs")).isEqualTo("kept");
    for (var gone :
        List.of(HeaderNames.KIND, HeaderNames.REASON, HeaderNames.PHASE, HeaderNames.ATTEMPT)) {
      assertThat(record.headers().lastHeader(gone)).as(gone).isNull();
    }
    rig.finish("fetch");
    var books = rig.audit();
    assertThat(books.balanced()).as("%s", books).isTrue();
    assertThat(books.done()).isEqualTo(1);
    assertThat(books.dead()).isZero();
  }

  @Test
  void letterIsRedrivenOnceAndTheSecondTimeSaysBy() {
    var id = rig.dead("job", "failed", "down", VALUE);
    redrive(id);
    var again = redrive(id);
    assertThat(again.redriven()).isZero();
    assertThat(again.refused().first()).hasSize(1);
    assertThat(again.refused().first().getFirst().why())
        .contains("already redriven to fetch by tester@here");
    assertThat(redrive("kind=failed").matched()).as("no longer waits").isZero();
    assertThat(rig.redrivenTo("fetch").get(id)).hasSize(1);
    assertThat(state(id)).isEqualTo(Status.REDRIVEN);
    assertThat(rig.box().find(LetterQuery.ALL, 10).total()).isZero();
    assertThat(rig.box().find(query("state=redriven"), 10).total()).isEqualTo(1);
  }

  @Test
  void redriveOfManySendsEachOnceInOrderOfItsKey() {
    var ids = rig.dead(1_200);
    var report = redrive("phase=fetch");
    assertThat(report.redriven()).isEqualTo(1_200);
    assertThat(rig.redrivenTo("fetch")).hasSize(1_200).containsOnlyKeys(ids);
    assertThat(rig.redrivenTo("fetch").values()).allMatch(records -> records.size() == 1);
    rig.finish("fetch");
    assertThat(rig.audit().balanced()).isTrue();
  }

  @Test
  void otherPhaseIsTakenAndAnUnknownOneIsNamed() {
    var id = rig.dead("job", "failed", "down", VALUE);
    assertThatThrownBy(
            () -> redrive(query(id), Redrive.DEFAULT.withTo("stroe"), ProgressListener.NONE))
        .isInstanceOfSatisfying(
            UnknownPhaseException.class, unknown -> assertThat(unknown.known()).contains("store"))
        .hasMessageContaining("has no phase 'stroe'");
    redrive(query(id), Redrive.DEFAULT.withTo("store"), ProgressListener.NONE);
    assertThat(rig.redrivenTo("store")).containsOnlyKeys(id);
  }

  @Test
  void letterOfAPhaseThatIsNoMoreIsRefusedAndTheOthersGo() {
    var old = rig.dead("job", "convert", "failed", "down", VALUE);
    var good = rig.dead("other", "failed", "down", VALUE);
    var report = redrive("kind=failed");
    assertThat(report.redriven()).isEqualTo(1);
    assertThat(rig.redrivenTo("fetch")).containsOnlyKeys(good);
    assertThat(report.refused().first().getFirst().letter().toString()).isEqualTo(old);
    assertThat(report.refused().first().getFirst().why())
        .contains("phase 'convert' is not in pipeline", "any more", "--to", "fetch, check, store");
    assertThat(state(old)).isEqualTo(Status.OPEN);
  }

  @Test
  void letterWhoseTopicWasDeletedIsRefused() throws Exception {
    var id = rig.dead("job", "store", "failed", "down", VALUE);
    var topic = TopicNames.DEFAULT.phase(rig.script().pipeline(), "store");
    cluster.admin.deleteTopics(List.of(topic)).all().get();
    Await.until("the topic is gone", () -> !topics().contains(topic));
    var report = redrive(id);
    assertThat(report.redriven()).isZero();
    assertThat(report.refused().first().getFirst().why())
        .contains("topic " + topic + " is missing", "topics create");
    assertThat(topics()).as("not made by asking").doesNotContain(topic);
    assertThat(state(id)).isEqualTo(Status.OPEN);
  }

  @Test
  void unknownLetterIsAnsweredWithWhatThereIs() {
    rig.dead("job", "failed", "down", VALUE);
    var report = redrive("1-77 7-0");
    assertThat(report.refused().count()).isEqualTo(2);
    assertThat(report.refused().first().getFirst().why())
        .contains("there is no dead letter 1-77", "it keeps");
    assertThat(rig.box().get(new LetterId(7, 0))).isEmpty();
  }

  @Test
  void previewSaysWhatWouldHappenAndDoesNothing() {
    rig.dead(3);
    rig.dead("x", "store", "rejected", "no", VALUE);
    rig.dead("y", "convert", "rejected", "no", VALUE);
    var preview = rig.box().preview(LetterQuery.ALL, Redrive.DEFAULT);
    assertThat(preview.matched()).isEqualTo(5);
    assertThat(preview.sendable()).isEqualTo(4);
    assertThat(preview.groups())
        .containsExactly(
            java.util.Map.entry("fetch failed -> fetch", 3L),
            java.util.Map.entry("store rejected -> store", 1L));
    assertThat(preview.first()).hasSize(4);
    assertThat(preview.refused().count()).isEqualTo(1);
    assertThat(rig.box().find(LetterQuery.ALL, 10).total()).isEqualTo(5);
    assertThat(rig.redrivenTo("fetch")).isEmpty();
  }

  @Test
  void previewCountsThoseWhoseDeadlineHasPassed() {
    rig.dead("timeless", "failed", "down", VALUE);
    rig.deadWithDeadline("late", Instant.now().minusSeconds(1));
    rig.deadWithDeadline("in-time", Instant.now().plusSeconds(3_600));

    var preview = rig.box().preview(LetterQuery.ALL, Redrive.DEFAULT);

    assertThat(preview.sendable()).isEqualTo(3);
    assertThat(preview.expired()).isEqualTo(1);
  }

  @Test
  void editedPayloadIsSentAndTheOriginalStays() {
    var id = rig.dead("job", "failed", "down", VALUE);
    var better = "better".getBytes(UTF_8);
    try (var desk = desk()) {
      desk.edit(id(id), better);
    }
    var edited = rig.box().get(id(id)).orElseThrow();
    assertThat(edited.letter().value()).isEqualTo(VALUE);
    var edit = java.util.Objects.requireNonNull(edited.state().edit());
    assertThat(edit.value()).isEqualTo(better);
    assertThat(edit.by()).isEqualTo("tester@here");
    redrive(id);
    assertThat(rig.only("fetch", id).value()).isEqualTo(better);
    try (var desk = desk()) {
      assertThatThrownBy(() -> desk.edit(id(id), VALUE))
          .isInstanceOf(LetterDesk.RefusedException.class)
          .hasMessageContaining("already redriven");
    }
  }

  @Test
  void undoneEditSendsTheOriginal() {
    var id = rig.dead("job", "failed", "down", VALUE);
    try (var desk = desk()) {
      desk.edit(id(id), "worse".getBytes(UTF_8));
      assertThat(desk.undo(query(id), ProgressListener.NONE).editsUndone()).isEqualTo(1);
      assertThat(desk.undo(query(id), ProgressListener.NONE).refused().first().getFirst().why())
          .contains("nothing was decided");
      desk.redrive(query(id), Redrive.DEFAULT, ProgressListener.NONE);
    }
    assertThat(rig.only("fetch", id).value()).isEqualTo(VALUE);
  }

  @Test
  void discardedLetterIsPutAwayUntilThatIsUndone() {
    var id = rig.dead("job", "failed", "down", VALUE);
    try (var desk = desk()) {
      assertThat(desk.discard(query(id), "a test", ProgressListener.NONE).discarded()).isEqualTo(1);
    }
    var entry = rig.box().get(id(id)).orElseThrow();
    assertThat(entry.state().status()).isEqualTo(Status.DISCARDED);
    assertThat(entry.state().words()).contains("discarded by tester@here", "(a test)");
    assertThat(redrive(id).redriven()).isZero();
    assertThat(redrive("kind=failed").matched()).isZero();
    var books = rig.audit();
    assertThat(books.balanced()).as("%s", books).isTrue();
    assertThat(books.dead()).isEqualTo(1);
    try (var desk = desk()) {
      assertThat(desk.undo(query("kind=failed"), ProgressListener.NONE).reopened()).isZero();
      assertThat(desk.undo(query(id), ProgressListener.NONE).reopened()).isEqualTo(1);
    }
    assertThat(redrive(id).redriven()).isEqualTo(1);
  }

  @Test
  void undoTakesBackWhatIsQueuedAndNamesWhatIsSent() throws Exception {
    rig.dead(40);
    var sending = new java.util.concurrent.CountDownLatch(1);
    var report = new java.util.concurrent.CompletableFuture<RedriveReport>();
    ProgressListener seen =
        (step, done, _) -> {
          if (step.equals("sending") && done > 0) sending.countDown();
        };
    // So slow that it is not through before the other desk is open, however long that takes.
    var slow = Redrive.DEFAULT.withPerSecond(0.5);
    Thread.ofVirtual().start(() -> report.complete(redrive(LetterQuery.ALL, slow, seen)));
    assertThat(sending.await(120, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    dev.phaseline.ops.dead.UndoReport undone;
    try (var desk = rig.box().open("other@there")) {
      undone = desk.undo(query("phase=fetch"), ProgressListener.NONE);
    }
    var ended = report.get(120, java.util.concurrent.TimeUnit.SECONDS);
    assertThat(ended.end()).as(ended.words()).isIn(End.TAKEN_OVER, End.CUT_OFF);
    assertThat(ended.redriven() + undone.reopened()).isEqualTo(40);
    assertThat(undone.reopened()).isPositive();
    assertThat(undone.refused().count()).isEqualTo(ended.redriven());
    assertThat(undone.refused().first().getFirst().why())
        .contains("already queued in fetch: can't be taken back");
    assertThat(rig.redrivenTo("fetch")).hasSize((int) ended.redriven());
    assertThat(rig.box().find(query("state=open"), 1).total()).isEqualTo(undone.reopened());
  }

  @Test
  void canaryThatDiesAgainStopsTheRest() {
    rig.dead(30);
    var died = new AtomicBoolean();
    ProgressListener worker =
        (step, _, _) -> {
          if (!step.equals("canary") || died.getAndSet(true)) return;
          rig.redrivenTo("fetch")
              .forEach(
                  (_, records) ->
                      records.forEach(
                          record -> {
                            var at = "fetch/" + record.partition() + '/' + record.offset();
                            var item =
                                dev.phaseline.schemas.ItemHeaders.read(
                                    record.topic(),
                                    record.partition(),
                                    record.offset(),
                                    record.headers());
                            rig.script().dead("fetch", at, item, "failed", "down again");
                          }));
        };
    var how = Redrive.DEFAULT.withCanary(10, 5, Duration.ofSeconds(60));
    var report = redrive(LetterQuery.ALL, how, worker);
    assertThat(report.end()).isEqualTo(End.CANARY_FAILED);
    assertThat(report.redriven()).isEqualTo(10);
    assertThat(report.takenBack()).isEqualTo(20);
    assertThat(report.words()).contains("10 of the first 10 are dead again", "more than 5 %");
    assertThat(rig.box().find(query("state=open generation=0"), 1).total()).isEqualTo(20);
    assertThat(rig.audit().balanced()).isTrue();
  }

  @Test
  void canaryThatDoesWellIsFollowedByTheRest() {
    rig.dead(30);
    var worked = new AtomicBoolean();
    ProgressListener worker =
        (step, _, _) -> {
          if (step.equals("canary") && !worked.getAndSet(true)) rig.finish("fetch");
        };
    var how = Redrive.DEFAULT.withCanary(10, 5, Duration.ofSeconds(60));
    var report = redrive(LetterQuery.ALL, how, worker);
    assertThat(report.end()).isEqualTo(End.COMPLETE);
    assertThat(report.redriven()).isEqualTo(30);
    assertThat(report.canary().orElseThrow().passed()).isEqualTo(10);
  }

  @Test
  void canaryThatNobodyHandlesStopsTheRest() {
    rig.dead(5);
    var how = Redrive.DEFAULT.withCanary(2, 5, Duration.ZERO);
    var report = redrive(LetterQuery.ALL, how, ProgressListener.NONE);
    assertThat(report.end()).isEqualTo(End.CANARY_UNFINISHED);
    assertThat(report.redriven()).isEqualTo(2);
    assertThat(report.words()).contains("2 of the first 2", "is a worker running?");
    assertThat(rig.box().find(query("state=open"), 1).total()).isEqualTo(3);
  }

  @Test
  void stoppedRedriveTakesTheRestBack() {
    rig.dead(20);
    var stop = new AtomicBoolean();
    var progress =
        new ProgressListener() {
          @Override
          public void at(String step, long done, long of) {
            if (step.equals("sending") && done > 0) stop.set(true);
          }

          @Override
          public boolean stopRequested() {
            return stop.get();
          }
        };
    var report = redrive(LetterQuery.ALL, Redrive.DEFAULT.withPerSecond(4), progress);
    assertThat(report.end()).isEqualTo(End.STOPPED);
    assertThat(report.redriven() + report.takenBack()).isEqualTo(20);
    assertThat(rig.box().find(query("state=open"), 1).total()).isEqualTo(report.takenBack());
    assertThat(redrive("phase=fetch").redriven()).isEqualTo(report.takenBack());
  }

  @Test
  void limitTakesTheOldest() {
    var ids = rig.dead(5);
    var report = redrive(LetterQuery.ALL, Redrive.DEFAULT.withLimit(2), ProgressListener.NONE);
    assertThat(report.redriven()).isEqualTo(2);
    assertThat(rig.redrivenTo("fetch").keySet()).isSubsetOf(ids).hasSize(2);
  }

  @Test
  void rateIsKept() {
    rig.dead(30);
    var startNanos = System.nanoTime();
    redrive(LetterQuery.ALL, Redrive.DEFAULT.withPerSecond(20), ProgressListener.NONE);
    assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
        .isGreaterThan(Duration.ofMillis(1_200));
  }

  @Test
  void withoutTheTopicOfActionsLettersAreSeenButNotDecidedAbout() throws Exception {
    var id = rig.dead("job", "failed", "down", VALUE);
    var topic = TopicNames.DEFAULT.deadActions(rig.script().pipeline());
    cluster.admin.deleteTopics(List.of(topic)).all().get();
    Await.until("the topic is gone", () -> !topics().contains(topic));
    assertThat(state(id)).isEqualTo(Status.OPEN);
    assertThatThrownBy(this::desk)
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining(topic)
        .hasMessageContaining("topics create");
  }

  @Test
  void decisionsAreNotAboutTheLettersOfATopicThatWasMadeAnew() {
    var discarded = rig.dead("a", "failed", "down", VALUE);
    var redriven = rig.dead("b", "failed", "down", VALUE);
    var edited = rig.dead("c", "failed", "down", VALUE);
    redrive(redriven);
    try (var desk = desk()) {
      desk.discard(query(discarded), "no use", ProgressListener.NONE);
      desk.edit(id(edited), new byte[] {7});
    }
    cluster.recreate(rig.script().pipeline(), TopicNames.DEFAULT.dead(rig.script().pipeline()));
    var again =
        List.of(rig.dead("a", "failed", "anew", VALUE), rig.dead("b", "failed", "anew", VALUE));
    assertThat(again).as("the same places").isSubsetOf(discarded, redriven, edited);
    var third = rig.dead("c", "failed", "anew", VALUE);
    assertThat(rig.box().find(LetterQuery.ALL, 10).newest())
        .hasSize(3)
        .allMatch(one -> one.state().status() == Status.OPEN && one.state().edit() == null);
    assertThat(redrive(LetterQuery.ALL, Redrive.DEFAULT, ProgressListener.NONE).redriven())
        .isEqualTo(3);
    assertThat(state(third)).isEqualTo(Status.REDRIVEN);
    var words = rig.audit().problems().toString();
    assertThat(words)
        .contains("(item b) comes from dead/", "of a topic that was deleted and made anew since")
        .doesNotContain("was redriven to", "was handled twice");
  }

  @Test
  void decisionsThatNameNoTopicHoldForLettersOfTheirTimeAlone() {
    var id = rig.dead("job", "failed", "down", VALUE);
    var at = rig.box().get(id(id)).orElseThrow().letter().at();
    putAway(id, at.minus(Duration.ofHours(2)));
    assertThat(state(id)).as("decided long before it was written").isEqualTo(Status.OPEN);
    putAway(id, at.minus(Duration.ofMinutes(10)));
    assertThat(state(id)).as("clocks differ").isEqualTo(Status.DISCARDED);
  }

  @Test
  void aDecisionThatIsNotKnownPutsItsLetterAwayAndNoOtherUntilItIsUndone() {
    var odd = rig.dead("odd", "failed", "down", VALUE);
    var other = rig.dead("other", "failed", "down", VALUE);
    var now = rig.box().get(id(odd)).orElseThrow().letter().at();
    act("no letter's id", "discarded", now);
    act(odd, "a kind of 2031", now);

    assertThat(state(other)).isEqualTo(Status.OPEN);
    assertThat(state(odd)).isEqualTo(Status.DISCARDED);
    var last = rig.box().get(id(odd)).orElseThrow().state().last();
    assertThat(last == null ? "" : last.reason()).contains("'a kind of 2031' is not known");
    assertThat(redrive(LetterQuery.ALL, Redrive.DEFAULT, ProgressListener.NONE).redriven())
        .isEqualTo(1);
    try (var desk = desk()) {
      desk.undo(query(odd), ProgressListener.NONE);
    }
    assertThat(state(odd)).isEqualTo(Status.OPEN);
  }

  /// As versions wrote it that did not know of topics' ids.
  private void putAway(String id, Instant at) {
    act(id, "discarded", at);
  }

  private void act(String id, String what, Instant at) {
    var topic = TopicNames.DEFAULT.deadActions(rig.script().pipeline());
    var headers = new org.apache.kafka.common.header.internals.RecordHeaders();
    headers.add(HeaderNames.ACTION, what.getBytes(UTF_8));
    var action =
        new org.apache.kafka.clients.producer.ProducerRecord<>(
            topic, 0, at.toEpochMilli(), id.getBytes(UTF_8), new byte[0], headers);
    try {
      cluster.producer.send(action).get();
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  /// What is listed from memory is what is listed from the log, whatever happens in between.
  @Test
  void theIndexListsWhatTheLogHas() {
    try (var index = new LetterIndex(rig.box())) {
      assertAlike(index);
      var ids = rig.dead(20);
      rig.dead("odd", "rejected", "x".repeat(300), VALUE);
      rig.dead("blank", "failed", "", VALUE);
      assertAlike(index);
      redrive(ids.get(0));
      try (var desk = desk()) {
        desk.discard(query(ids.get(1) + ' ' + ids.get(2)), "no use", ProgressListener.NONE);
        desk.edit(id(ids.get(3)), new byte[] {7});
      }
      assertAlike(index);
      rig.dead("late-", 3);
      try (var desk = desk()) {
        desk.undo(query(ids.get(1)), ProgressListener.NONE);
      }
      assertAlike(index);
      assertThat(index.find(query("key=odd"), 5)).as("it knows no keys").isEmpty();
      cluster.recreate(rig.script().pipeline(), TopicNames.DEFAULT.dead(rig.script().pipeline()));
      rig.dead("anew-", 2);
      assertAlike(index);
    }
  }

  private void assertAlike(LetterIndex index) {
    for (var text :
        List.of(
            "",
            "state=discarded",
            "state!=open",
            "kind=rejected",
            "phase=fetch reason=down",
            "reason!=down",
            "since=1h until=2100-01-01",
            "until=2020-01-01")) {
      var query = query(text);
      for (var limit : new int[] {1, 7, 100}) {
        var known = index.find(query, limit).orElseThrow();
        var read = rig.box().find(query, limit);
        assertThat(known.total()).as("total of '%s'", text).isEqualTo(read.total());
        assertThat(known.newest())
            .as("newest %d of '%s'", limit, text)
            .usingElementComparator(
                java.util.Comparator.comparing(one -> LetterJson.line(LetterJson.Summary.of(one))))
            .containsExactlyElementsOf(read.newest());
      }
      assertThat(index.groups(query).orElseThrow()).isEqualTo(rig.box().groups(query));
    }
  }

  @Test
  void missingDeadTopicIsNamed() {
    var box = new LetterBox(cluster.client(), TopicNames.DEFAULT, "nothing", TestCluster.PHASES);
    assertThatThrownBy(() -> box.find(LetterQuery.ALL, 1))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("pl.nothing.dead");
  }

  @Test
  void groupsCountByReason() {
    rig.dead(3);
    rig.dead("x", "rejected", "no", VALUE);
    assertThat(rig.box().groups(LetterQuery.ALL))
        .extracting(DeadLetterReader.Group::reason, DeadLetterReader.Group::count)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("down", 3L),
            org.assertj.core.groups.Tuple.tuple("no", 1L));
    assertThat(rig.box().groups(query("kind=rejected"))).hasSize(1);
  }

  private RedriveReport redrive(String text) {
    return redrive(query(text), Redrive.DEFAULT, ProgressListener.NONE);
  }

  private RedriveReport redrive(LetterQuery query, Redrive how, ProgressListener progress) {
    try (var desk = desk()) {
      return desk.redrive(query, how, progress);
    }
  }

  private LetterDesk desk() {
    return rig.box().open("tester@here");
  }

  private Status state(String id) {
    return rig.box().get(id(id)).orElseThrow().state().status();
  }

  private static LetterId id(String text) {
    return LetterId.parse(text).orElseThrow();
  }

  private static String header(
      org.apache.kafka.clients.consumer.ConsumerRecord<byte[], byte[]> record, String name) {
    return TestCluster.text(record, name, "absent");
  }

  private static java.util.Set<String> topics() {
    try {
      return cluster.admin.listTopics().names().get();
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }
}
