package dev.phaseline.scheduler;

import static dev.phaseline.scheduler.TimerRig.TARGET;
import static dev.phaseline.scheduler.TimerRig.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.schemas.Timer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TimerTopologyTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir private static Path folder;
  private TimerRig rig = new TimerRig(folder);

  @BeforeEach
  void begin() {
    rig.close();
    rig = new TimerRig(folder);
  }

  @AfterEach
  void end() {
    rig.close();
  }

  @Test
  void timersFireInTheOrderOfTheirTimes() {
    rig.schedule("third", Duration.ofSeconds(3));
    rig.schedule("first", Duration.ofSeconds(1));
    rig.schedule("second", Duration.ofSeconds(2));
    rig.schedule("also second", Duration.ofSeconds(2));
    rig.pass(Duration.ofSeconds(5));
    assertThat(rig.fired()).containsExactly("first", "second", "also second", "third");
    assertThat(rig.tally.snapshot().pending()).isZero();
  }

  @Test
  void targetGetsKeyValueAndHeadersAsTheyWereGiven() {
    var headers = new RecordHeaders().add("traceparent", bytes("t")).add("x", null);
    headers.add("x", bytes("2"));
    var due = rig.now().plus(SECOND);
    rig.write(
        rig.records.schedule(
            new Timer("a", due, TARGET, new byte[] {-1, 0}, new byte[] {0, -1}, headers),
            rig.now()));
    rig.pass(SECOND);
    var record = rig.written(TARGET).getFirst();
    assertThat(record.key()).isEqualTo(new byte[] {-1, 0});
    assertThat(record.value()).isEqualTo(new byte[] {0, -1});
    assertThat(record.headers()).isEqualTo(headers);
    assertThat(record.getRecordTime()).isBetween(due, due.plusMillis(10));
  }

  @Test
  void targetWithoutKeyAndValueHasNone() {
    rig.write(
        rig.records.schedule(
            new Timer("a", rig.now(), TARGET, null, null, new RecordHeaders()), rig.now()));
    rig.pass(SECOND);
    var record = rig.written(TARGET).getFirst();
    assertThat(record.key()).isNull();
    assertThat(record.value()).isNull();
  }

  @Test
  void nothingIsEarly() {
    rig.schedule("a", SECOND);
    rig.step(Duration.ofMillis(990));
    rig.step(Duration.ofMillis(9));
    assertThat(rig.fired()).isEmpty();
    rig.step(Duration.ofMillis(1));
    assertThat(rig.fired()).containsExactly("a");
  }

  @Test
  void fractionOfAMillisecondIsNotEarlyEither() {
    rig.schedule("a", rig.now().plusNanos(500_000), "a");
    rig.step(Duration.ofNanos(999_999));
    assertThat(rig.fired()).isEmpty();
    rig.pass(Duration.ofNanos(1));
    assertThat(rig.fired()).containsExactly("a");
  }

  @Test
  void whatIsPastFiresAtOnce() {
    rig.schedule("a", Duration.ofDays(-400));
    rig.step(Duration.ofMillis(5));
    assertThat(rig.fired()).containsExactly("a");
  }

  @Test
  void newTimerThatIsEarlierThanAllOthersIsNotOverslept() {
    rig.schedule("late", Duration.ofDays(30));
    rig.pass(Duration.ofHours(5));
    rig.schedule("soon", Duration.ofMillis(50));
    rig.schedule("sooner", Duration.ofMillis(20));
    rig.step(Duration.ofMillis(20));
    assertThat(rig.fired()).containsExactly("sooner");
    rig.step(Duration.ofMillis(30));
    assertThat(rig.fired()).containsExactly("soon");
  }

  @Test
  void cancelledTimerDoesNotFire() {
    rig.schedule("a", SECOND);
    rig.schedule("b", SECOND);
    rig.cancel("a");
    rig.pass(Duration.ofSeconds(2));
    assertThat(rig.fired()).containsExactly("b");
    assertThat(rig.tally.snapshot().cancelled()).isEqualTo(1);
    assertThat(rig.tally.snapshot().pending()).isZero();
  }

  @Test
  void cancelOfWhatIsGoneOrNeverWasChangesNothing() {
    rig.schedule("a", SECOND);
    rig.pass(SECOND);
    rig.cancel("a");
    rig.cancel("nobody");
    rig.pass(SECOND);
    assertThat(rig.fired()).containsExactly("a");
    assertThat(rig.tally.snapshot().ignored()).isEqualTo(2);
    assertThat(rig.written("pl.timers.dead")).isEmpty();
  }

  @Test
  void cancelledTimerCanBeAskedForAgain() {
    var due = rig.now().plus(SECOND);
    rig.schedule("a", due, "one");
    rig.cancel("a");
    rig.schedule("a", due, "two");
    rig.pass(Duration.ofSeconds(2));
    assertThat(rig.fired()).containsExactly("two");
  }

  @Test
  void newestTimeAndContentOfAnIdWin() {
    rig.schedule("later", rig.now().plusSeconds(1), "old");
    rig.schedule("later", rig.now().plusSeconds(5), "new");
    rig.schedule("sooner", rig.now().plusSeconds(9), "old");
    rig.schedule("sooner", rig.now().plusSeconds(2), "new");
    rig.schedule("same time", rig.now().plusSeconds(3), "old");
    rig.schedule("same time", rig.now().plusSeconds(3), "new");
    rig.pass(Duration.ofSeconds(4));
    assertThat(rig.fired()).containsExactly("new", "new");
    rig.pass(Duration.ofSeconds(20));
    assertThat(rig.fired()).containsExactly("new");
    assertThat(rig.tally.snapshot().replaced()).isEqualTo(3);
  }

  @Test
  void sameTimerWrittenAgainAfterItFiredDoesNotFireTwice() {
    var due = rig.now().plus(SECOND);
    rig.schedule("a", due, "a");
    rig.pass(SECOND);
    assertThat(rig.fired()).containsExactly("a");
    rig.schedule("a", due, "a");
    rig.pass(Duration.ofMinutes(9));
    rig.schedule("a", due, "a");
    rig.pass(SECOND);
    assertThat(rig.fired()).isEmpty();
    assertThat(rig.tally.snapshot().ignored()).isEqualTo(2);
  }

  @Test
  void whatFiredIsForgottenAfterTheTimeThatIsSaid() {
    var due = rig.now().plus(SECOND);
    rig.schedule("a", due, "a");
    rig.pass(SECOND);
    rig.pass(Duration.ofMinutes(11));
    rig.schedule("a", due, "again");
    rig.pass(SECOND);
    assertThat(rig.fired()).containsExactly("a", "again");
  }

  @Test
  void idThatFiredCanBeUsedForAnotherTime() {
    rig.schedule("a", rig.now().plusSeconds(1), "first");
    rig.pass(SECOND);
    rig.schedule("a", rig.now().plusSeconds(1), "second");
    rig.pass(SECOND);
    rig.schedule("a", rig.now().plusSeconds(900), "third"); // beyond the memory of the second
    rig.pass(Duration.ofSeconds(901));
    assertThat(rig.fired()).containsExactly("first", "second", "third");
  }

  @Test
  void whatCanNotBeReadIsKeptAsItCameAndStopsNothing() {
    var headers = new RecordHeaders().add("pl-due", bytes("soon")).add("x", bytes("y"));
    rig.write(new ProducerRecord<>("pl.timers", null, null, bytes("a"), bytes("v"), headers));
    rig.write(new ProducerRecord<>("pl.timers", null, null, null, null, new RecordHeaders()));
    rig.schedule("good", SECOND);
    rig.pass(SECOND);
    assertThat(rig.fired()).containsExactly("good");
    var dead = rig.written("pl.timers.dead");
    assertThat(dead).hasSize(2);
    assertThat(dead.getFirst().key()).isEqualTo(bytes("a"));
    assertThat(dead.getFirst().value()).isEqualTo(bytes("v"));
    assertThat(dead.getFirst().headers().toArray())
        .extracting("key")
        .containsExactly("pl-due", "x", "pl-kind", "pl-reason");
    assertThat(text(dead.getFirst().headers(), "pl-kind")).isEqualTo("invalid");
    assertThat(text(dead.getFirst().headers(), "pl-reason")).contains("'soon'");
    assertThat(dead.getLast().key()).isNull();
    assertThat(dead.getLast().value()).isNull();
    assertThat(rig.tally.snapshot().dead()).isEqualTo(2);
  }

  @Test
  void timerWithoutATopicIsKeptWhole() {
    rig.schedule("a", SECOND);
    rig.topics.remove(TARGET);
    rig.pass(SECOND);
    var dead = rig.written("pl.timers.dead").getFirst();
    assertThat(text(dead.headers(), "pl-kind")).isEqualTo("no_topic");
    assertThat(text(dead.headers(), "pl-reason")).contains(TARGET);
    // As it came: written to the timers again, it is the same timer.
    assertThat(dead.key()).isEqualTo(bytes("a"));
    assertThat(dead.value()).isEqualTo(bytes("a"));
    assertThat(text(dead.headers(), "pl-target")).isEqualTo(TARGET);
    assertThat(dead.headers().lastHeader("pl-due")).isNotNull();
    assertThat(rig.tally.snapshot().pending()).isZero();
  }

  @Test
  void timerThatItsTopicDoesNotTakeIsKeptWhole() {
    rig.topics.put(TARGET, 500);
    rig.schedule("big", rig.now(), "x".repeat(500));
    rig.schedule("small", rig.now(), "small");
    rig.pass(SECOND);
    assertThat(rig.fired()).containsExactly("small");
    var dead = rig.written("pl.timers.dead").getFirst();
    assertThat(text(dead.headers(), "pl-kind")).isEqualTo("too_big");
    assertThat(text(dead.headers(), "pl-reason")).contains("500").contains("max.message.bytes");
  }

  @Test
  void clusterThatDoesNotAnswerIsWaitedFor() {
    rig.topics.put(TARGET, TargetTopics.UNKNOWN);
    rig.schedule("a", SECOND);
    rig.schedule("b", SECOND);
    rig.pass(Duration.ofSeconds(30));
    assertThat(rig.fired()).isEmpty();
    assertThat(rig.tally.snapshot().pending()).isEqualTo(2);
    rig.topics.put(TARGET, 1 << 20);
    rig.pass(SECOND);
    assertThat(rig.fired()).containsExactly("a", "b");
  }

  @Test
  void timersYearsAheadAreAsGoodAsAny() {
    rig.schedule("in 99 years", Duration.ofDays(36_160));
    rig.schedule("in 20 years", Duration.ofDays(7_305));
    rig.schedule("in 25 days", Duration.ofDays(25)); // more ms than an int holds
    rig.pass(Duration.ofDays(24));
    assertThat(rig.fired()).isEmpty();
    rig.pass(Duration.ofDays(1));
    assertThat(rig.fired()).containsExactly("in 25 days");
    rig.pass(Duration.ofDays(7_300));
    assertThat(rig.fired()).containsExactly("in 20 years");
    rig.pass(Duration.ofDays(28_000));
    assertThat(rig.fired()).isEmpty();
    rig.pass(Duration.ofDays(1_000));
    assertThat(rig.fired()).containsExactly("in 99 years");
  }

  @Test
  void manyAtTheSameMomentAllFireInSomeLooks() {
    var ids = IntStream.range(0, 2_500).mapToObj(i -> "%05d".formatted(i)).toList();
    ids.forEach(id -> rig.schedule(id, SECOND));
    rig.step(SECOND);
    var first = rig.fired();
    assertThat(first).hasSizeLessThan(2_500);
    rig.pass(Duration.ofMillis(5));
    var all = new java.util.ArrayList<>(first);
    all.addAll(rig.fired());
    assertThat(all).containsExactlyElementsOf(ids);
  }

  @Test
  void clockThatIsSetBackFiresNothingTwiceAndNothingEarly() {
    rig.schedule("a", SECOND);
    rig.schedule("b", Duration.ofSeconds(3));
    rig.pass(SECOND);
    assertThat(rig.fired()).containsExactly("a");
    rig.setBack(Duration.ofHours(2));
    rig.pass(Duration.ofMinutes(119));
    assertThat(rig.fired()).isEmpty();
    rig.pass(Duration.ofMinutes(2));
    assertThat(rig.fired()).isEqualTo(List.of("b"));
  }

  private static String text(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), UTF_8);
  }
}
