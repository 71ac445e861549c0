package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.ops.accounting.ItemPlace;
import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.RecordRef;
import dev.phaseline.schemas.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What phases count as dead: letters that can be decided about, and no others.
final class LettersCountedTest {
  private static final TopicNames NAMES = TopicNames.DEFAULT;
  private static final String FETCH = NAMES.phase("cities", "fetch");
  private static final String DEAD = NAMES.dead("cities");
  private static final long NOW_MS = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final long LATER_MS = NOW_MS + Duration.ofMinutes(1).toMillis();

  private final Map<String, Uuid> kafka = new HashMap<>();
  private final TopicIds ids = new TopicIds(() -> Map.copyOf(kafka));
  private final BooksRig rig =
      new BooksRig(InstantSource.fixed(Instant.ofEpochMilli(NOW_MS)), ids::markOf);
  private final DeletedTopics gone =
      new DeletedTopics(rig.stores, rig.phases, rig.books, NAMES, ids);
  private long atMs = NOW_MS;

  LettersCountedTest() {
    make(FETCH);
    make(DEAD);
  }

  private void make(String topic) {
    kafka.put(topic, Uuid.randomUuid());
    ids.look();
    gone.run(atMs);
  }

  private void read(String topic, long offset, @Nullable String key, RecordHeaders headers) {
    var bytes = key == null ? null : key.getBytes(UTF_8);
    var mark = ids.markOf(topic);
    rig.read(new EventReader.Source(topic, 0, offset, atMs, bytes, false, headers, mark));
  }

  private void submitted(String job, long offset) {
    read(FETCH, offset, null, ItemHeaders.ofJob(job).toKafka());
  }

  private void died(String job, long from, long offset) {
    var headers = ItemHeaders.ofJob(job).forNext(RecordRef.valueOf("fetch/0/" + from)).toKafka();
    headers.add(HeaderNames.PHASE, "fetch".getBytes(UTF_8));
    headers.add(HeaderNames.KIND, "failed".getBytes(UTF_8));
    read(DEAD, offset, null, headers);
  }

  private void decided(String verb, long letter) {
    decided(verb, letter, kafka.get(DEAD));
  }

  private void decided(String verb, long letter, @Nullable Uuid topic) {
    var headers = new RecordHeaders();
    headers.add(HeaderNames.ACTION, verb.getBytes(UTF_8));
    if (topic != null) headers.add(HeaderNames.LETTER_TOPIC, topic.toString().getBytes(UTF_8));
    decided("0-" + letter, headers);
  }

  private void decided(String key, RecordHeaders headers) {
    read(NAMES.deadActions("cities"), 0, key, headers);
  }

  private PhaseView fetch() {
    return rig.status.phases().stream()
        .filter(view -> view.phase().equals("fetch"))
        .findFirst()
        .orElseThrow();
  }

  private WorkState state(String job) {
    return rig.status.job(job).orElseThrow().row().state();
  }

  /// The letters' page reads keys as strictly; a looser reading here counted what it shows as open.
  @Test
  void aKeyThatIsNoLettersIdDecidesNothing() {
    submitted("j", 0);
    died("j", 0, 5);
    for (var key : new String[] {"0/5", "0-5/", "0-5-", "x-5", "0"}) {
      var headers = new RecordHeaders();
      headers.add(HeaderNames.ACTION, "discarded".getBytes(UTF_8));
      decided(key, headers);
      assertThat(fetch().dead()).as(key).isEqualTo(1);
    }
    decided("discarded", 5);
    assertThat(fetch().dead()).isZero();
  }

  @Test
  void lettersThatWereDecidedAboutAreNoLongerCounted() {
    for (var i = 0; i < 3; i++) {
      submitted("j" + i, i);
      died("j" + i, i, i);
    }
    assertThat(fetch().dead()).isEqualTo(3);
    decided("discarded", 0);
    decided("queued", 1);
    assertThat(fetch().dead()).isEqualTo(1);
    assertThat(rig.status.item("j0", "/").orElseThrow().state()).isEqualTo(WorkState.DISCARDED);
    assertThat(rig.status.item("j1", "/").orElseThrow().state()).isEqualTo(WorkState.DEAD);
    decided("reopened", 0);
    decided("reopened", 1);
    assertThat(fetch().dead()).isEqualTo(3);
  }

  @Test
  void decisionsThatAreReadBeforeTheirLettersCountToo() {
    decided("discarded", 0);
    died("j", 0, 0);
    submitted("j", 0);
    assertThat(fetch().dead()).isZero();
    decided("reopened", 0);
    assertThat(fetch().dead()).isEqualTo(1);
  }

  @Test
  void redrivenLettersAreCountedOnceAsGone() {
    submitted("j", 0);
    died("j", 0, 0);
    decided("queued", 0);
    var again = ItemHeaders.ofJob("j").toKafka();
    again.add(HeaderNames.PARENT, "dead/0/0".getBytes(UTF_8));
    again.add(HeaderNames.GENERATION, "1".getBytes(UTF_8));
    read(FETCH, 1, null, again);
    decided("redriven", 0);
    assertThat(fetch().dead()).isZero();
    assertThat(fetch().waiting()).isEqualTo(1);
  }

  private long queued() {
    return fetch().queueIfAny().map(PhaseView.Queue::letters).orElse(0L);
  }

  private Duration still() {
    return fetch().queueIfAny().orElseThrow().still();
  }

  private void sentAgain(String job, long letter, long offset) {
    var again = ItemHeaders.ofJob(job).toKafka();
    again.add(HeaderNames.PARENT, ("dead/0/" + letter).getBytes(UTF_8));
    again.add(HeaderNames.GENERATION, "1".getBytes(UTF_8));
    read(FETCH, offset, null, again);
    decided("redriven", letter);
  }

  @Test
  void lettersThatWaitForTheirRedriveAreCountedWithTheTimeInWhichNoneWasSent() {
    atMs = NOW_MS - Duration.ofHours(1).toMillis();
    for (var i = 0; i < 4; i++) {
      submitted("j" + i, i);
      died("j" + i, i, i);
    }
    assertThat(fetch().queueIfAny()).isEmpty();
    for (var i = 0; i < 4; i++) decided("queued", i);
    decided("queued", 3); // given again
    assertThat(queued()).isEqualTo(4);
    assertThat(still()).isEqualTo(Duration.ofHours(1));
    atMs = NOW_MS - Duration.ofMinutes(20).toMillis();
    sentAgain("j0", 0, 4);
    assertThat(queued()).isEqualTo(3);
    assertThat(still()).isEqualTo(Duration.ofMinutes(20));
    decided("discarded", 1);
    decided("reopened", 2);
    assertThat(queued()).isEqualTo(1);
    make(DEAD);
    gone.run(LATER_MS);
    assertThat(queued()).as("their topic is gone").isZero();
  }

  @Test
  void lettersThatAreSentBeforeTheirDecisionIsReadAreNotQueued() {
    submitted("j", 0);
    died("j", 0, 0);
    sentAgain("j", 0, 1);
    decided("queued", 0);
    assertThat(queued()).isZero();
  }

  @Test
  void lettersAreQueuedAlsoWhenTheirJobsAreNoLongerKept() {
    for (var i = 0; i < 4; i++) {
      submitted("j" + i, i);
      died("j" + i, i, i);
    }
    decided("queued", 0);
    decided("queued", 1);
    rig.books.flush();
    for (var i = 0; i < 4; i++) rig.books.forget(new JobKeys.Listed("cities", NOW_MS, "j" + i));
    decided("queued", 2);
    assertThat(queued()).isEqualTo(3);
    assertThat(fetch().dead()).isEqualTo(1);
    decided("reopened", 0);
    assertThat(queued()).isEqualTo(2);
    assertThat(fetch().dead()).as("open again").isEqualTo(2);
    decided("redriven", 1);
    decided("redriven", 2);
    assertThat(queued()).isZero();
  }

  @Test
  void aTimeAheadOfTheClockDoesNotHideThatNothingMoves() {
    var ahead = NOW_MS + Duration.ofDays(300).toMillis();
    rig.phases
        .watch("cities", LATER_MS)
        .queued(new ItemPlace(ItemPlace.Kind.DEAD, "fetch", 0, 0), 1, ahead);
    assertThat(rig.phases.all())
        .singleElement()
        .satisfies(book -> assertThat(book.queueMovedMs).isEqualTo(LATER_MS));
  }

  @Test
  void decisionsHoldForLettersOfTheirOwnTopicAlone() {
    var before = kafka.get(DEAD);
    submitted("old", 0);
    died("old", 0, 0);
    decided("discarded", 0);
    make(DEAD);
    submitted("new", 1);
    died("new", 1, 0);
    assertThat(fetch().dead()).as("the new one").isEqualTo(1);
    decided("discarded", 0, before);
    assertThat(fetch().dead()).as("of the topic that is gone").isEqualTo(1);
    decided("discarded", 0);
    assertThat(fetch().dead()).isZero();
  }

  @Test
  void decisionsWithoutATopicHoldForLettersOfTheirTime() {
    decided("discarded", 0, null);
    decided("discarded", 1, null);
    submitted("now", 0);
    died("now", 0, 0);
    assertThat(fetch().dead()).isZero();
    atMs += Duration.ofHours(2).toMillis();
    submitted("late", 1);
    died("late", 1, 1);
    assertThat(fetch().dead()).isEqualTo(1);
  }

  @Test
  void lettersOfATopicThatIsGoneAreNoLongerCounted() {
    for (var i = 0; i < 5; i++) {
      submitted("j" + i, i);
      died("j" + i, i, i);
    }
    assertThat(fetch().dead()).isEqualTo(5);
    make(DEAD);
    submitted("new", 5);
    died("new", 5, 0);
    gone.run(LATER_MS);
    assertThat(fetch().dead()).as("the new one").isEqualTo(1);
    assertThat(state("new")).isEqualTo(WorkState.DEAD);
    assertThat(rig.status.jobs(query("state=dead"), null, 10).rows())
        .extracting(JobRow::id)
        .contains("new");
  }

  @Test
  void whatWaitedInATopicThatIsGoneIsForgotten() {
    submitted("done", 0);
    read(
        NAMES.done("cities"),
        0,
        null,
        ItemHeaders.ofJob("done").forNext(RecordRef.valueOf("fetch/0/0")).toKafka());
    submitted("lost", 1);
    make(FETCH);
    submitted("new", 0);
    gone.run(LATER_MS);
    assertThat(rig.status.job("lost")).isEmpty();
    assertThat(state("new")).isEqualTo(WorkState.WAITING);
    assertThat(state("done")).isEqualTo(WorkState.DONE);
    assertThat(fetch().waiting()).isEqualTo(1);
  }

  @Test
  void lettersOfJobsThatAreNoLongerKeptStayCountedUntilTheyAreDecidedAbout() {
    for (var i = 0; i < 2; i++) {
      submitted("j" + i, i);
      died("j" + i, i, i);
    }
    rig.books.flush();
    rig.books.forget(new JobKeys.Listed("cities", NOW_MS, "j0"));
    rig.books.forget(new JobKeys.Listed("cities", NOW_MS, "j1"));
    assertThat(fetch().dead()).isEqualTo(2);
    decided("discarded", 0);
    decided("queued", 1);
    assertThat(fetch().dead()).isZero();
    decided("redriven", 1);
    assertThat(fetch().dead()).isZero();
  }

  private static JobQuery query(String text) {
    return JobQuery.parse(text, Instant.ofEpochMilli(NOW_MS));
  }
}
