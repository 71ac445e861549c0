package dev.phaseline.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.phaseline.schemas.InvalidTimerException.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TimerRecordsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final String TARGET = "pl.cities.fetch";

  private final TimerRecords records = new TimerRecords(TopicNames.DEFAULT);

  @Test
  void whatIsWrittenIsRead() {
    var headers = new RecordHeaders().add("traceparent", bytes("t")).add("twice", bytes("1"));
    headers.add("twice", bytes("2")).add("empty", null);
    var due = NOW.plus(Duration.ofDays(4_000));
    var timer = new Timer("a/ü", due, TARGET, new byte[] {0, -1}, bytes("payload"), headers);

    var record = records.schedule(timer, NOW);
    assertThat(record.topic()).isEqualTo("pl.timers");
    assertThat(record.partition()).isNull();
    assertThat(record.key()).isEqualTo(bytes("a/ü"));
    assertThat(record.value()).isEqualTo(bytes("payload"));
    assertThat(text(record.headers(), "pl-due")).isEqualTo(Long.toString(due.toEpochMilli()));
    assertThat(text(record.headers(), "pl-target")).isEqualTo(TARGET);

    var read = timer(records.read(record.key(), record.value(), record.headers(), NOW));
    assertThat(read.id()).isEqualTo("a/ü");
    assertThat(read.due()).isEqualTo(due);
    assertThat(read.target()).isEqualTo(TARGET);
    assertThat(read.key()).isEqualTo(new byte[] {0, -1});
    assertThat(read.value()).isEqualTo(bytes("payload"));
    assertThat(read.headers()).isEqualTo(headers);
  }

  @Test
  void nothingIsNotNull() {
    var nothing = new Timer("a", NOW, TARGET, null, null, new RecordHeaders());
    var record = records.schedule(nothing, NOW);
    var read = timer(records.read(record.key(), record.value(), record.headers(), NOW));
    assertThat(read.key()).isNull();
    assertThat(read.value()).isNull();

    var empty = new Timer("a", NOW, TARGET, new byte[0], new byte[0], new RecordHeaders());
    record = records.schedule(empty, NOW);
    read = timer(records.read(record.key(), record.value(), record.headers(), NOW));
    assertThat(read.key()).isEmpty();
    assertThat(read.value()).isEmpty();
  }

  @Test
  void nullValueThatIsMeantMayAlsoBeWrittenAsNull() {
    var headers = headers("1", TARGET).add("pl-target-null", bytes("true"));
    assertThat(timer(records.read(bytes("a"), null, headers, NOW)).value()).isNull();
  }

  @Test
  void cancelIsRead() {
    var record = records.cancel("a");
    assertThat(record.value()).isNull();
    assertThat(records.read(record.key(), record.value(), record.headers(), NOW))
        .isEqualTo(new TimerCommand.Cancel("a"));
  }

  @Test
  void headersOfATimerThatWasOneBeforeDoNotPileUp() {
    var again = headers("5", "pl.cities.store").add("pl-timer", bytes("cancel")).add("x", null);
    var record = records.schedule(new Timer("a", NOW, TARGET, null, new byte[0], again), NOW);
    var read = timer(records.read(record.key(), record.value(), record.headers(), NOW));
    assertThat(read.target()).isEqualTo(TARGET);
    assertThat(read.due()).isEqualTo(NOW);
    assertThat(read.headers().toArray()).extracting("key").containsExactly("x");
  }

  @Test
  void fractionsOfAMillisecondWaitForTheNext() {
    assertThat(TimerRecords.dueMs(Instant.ofEpochSecond(1, 1))).isEqualTo(1_001);
    assertThat(TimerRecords.dueMs(Instant.ofEpochMilli(7))).isEqualTo(7);
  }

  @Test
  void pastIsAllowedAndAbsurdIsNot() {
    write(NOW.minus(Duration.ofDays(1_000)));
    write(Instant.EPOCH);
    write(NOW.plus(TimerRecords.AHEAD_MAX));
    refused(Part.DUE, () -> write(Instant.ofEpochMilli(-1))).contains("before 1970");
    refused(Part.DUE, () -> write(NOW.plus(TimerRecords.AHEAD_MAX).plusMillis(1)))
        .contains("more than 100 years ahead");
    refused(Part.DUE, () -> write(Instant.MAX)).contains("100 years");
    refused(Part.DUE, () -> write(Instant.MIN)).contains("1970");
  }

  @Test
  void targetsOutsideThePipelinesAreRefused() {
    for (var bad :
        new String[] {
          "other.cities.fetch",
          "pl.timers",
          "pl.timers.dead",
          "pl.control",
          "pl.cities",
          "pl.cities.fetch.more",
          "pl.Cities.fetch",
          "plcities.fetch",
          "pl..fetch",
          "other.queue.mails.items"
        }) {
      refused(Part.TARGET, () -> write(bad))
          .contains("'" + bad + "'")
          .contains("pl.PIPELINE.PHASE");
      refused(Part.TARGET, () -> read(bytes("a"), new byte[0], headers("1", bad)))
          .contains("'" + bad + "'");
    }
    refused(Part.TARGET, () -> write("")).contains("empty");
    write("pl.cities.done");
    write("pl.queue.mails.items");
    write("pl.cities.dead");
  }

  @Test
  void whatOthersWriteWrongIsSaid() {
    var good = headers("1", TARGET);
    var some = new byte[1];
    refused(Part.ID, () -> read(null, some, good)).contains("no key");
    refused(Part.ID, () -> read(new byte[0], some, good)).contains("empty");
    refused(Part.ID, () -> read(new byte[] {(byte) 0xC0, 1}, some, good)).contains("UTF-8");
    refused(Part.ID, () -> read(bytes("x".repeat(250)), some, good)).contains("250");
    refused(Part.ID, () -> read(bytes("a\u0001"), some, good)).contains("control");
    refused(Part.DUE, () -> read(bytes("a"), some, new RecordHeaders())).contains("missing");
    for (var bad : new String[] {"", "soon", "1.5", "-", "9".repeat(19), "٣"}) {
      refused(Part.DUE, () -> read(bytes("a"), some, headers(bad, TARGET)))
          .contains("'" + bad + "'");
    }
    refused(Part.DUE, () -> read(bytes("a"), some, headers("-5", TARGET))).contains("1970");
    refused(Part.DUE, () -> read(bytes("a"), some, headers("9".repeat(17), TARGET)))
        .contains("100 years");
    refused(Part.TARGET, () -> read(bytes("a"), some, headers("1", ""))).contains("missing");
    refused(Part.VALUE, () -> read(bytes("a"), null, good)).contains("null");
    refused(
            Part.VALUE,
            () -> read(bytes("a"), some, headers("1", TARGET).add("pl-target-null", some)))
        .contains("1 bytes");
    var cancel = new RecordHeaders().add("pl-timer", bytes("cancel"));
    refused(Part.VALUE, () -> read(bytes("a"), some, cancel)).contains("null value");
    var pause = new RecordHeaders().add("pl-timer", bytes("pause"));
    refused(Part.COMMAND, () -> read(bytes("a"), null, pause)).contains("'pause'");
  }

  @Test
  void idsOfItemsAreStableAndTellItemsApart() {
    var item = item("job-1", "/3", 0, 2);
    assertThat(TimerIds.ofItem(TARGET, item)).isEqualTo("item|pl.cities.fetch|0|2|/3|job-1");
    var ids = new HashSet<String>();
    for (var job : new String[] {"a", "a|b", "b", "j".repeat(200), "j".repeat(199) + "k"}) {
      for (var path : new String[] {"/", "/1", "/1|a", "/1/1"}) {
        for (var target : new String[] {TARGET, "n".repeat(200) + ".cities.fetch"}) {
          for (var n = 0; n < 3; n++) {
            var id = TimerIds.ofItem(target, item(job, path, n, 1));
            assertThat(id).hasSizeLessThanOrEqualTo(TimerIds.CHARS_MAX);
            assertThat(TimerIds.ofItem(target, item(job, path, n, 1))).isEqualTo(id);
            assertThat(ids.add(id)).as(id).isTrue();
          }
        }
      }
    }
    assertThat(TimerIds.ofJob(TARGET, "j".repeat(200))).hasSizeLessThanOrEqualTo(249);
    assertThat(TimerIds.ofJob(TARGET, "é😀".repeat(66))).hasSizeLessThanOrEqualTo(249);
  }

  @Test
  void halfASurrogateIsNoId() {
    refused(Part.ID, () -> records.cancel("a\ud83d")).contains("surrogate");
  }

  @Test
  void pipelineCanNotTakeTheSchedulersTopics() {
    assertThat(TopicNames.DEFAULT.timersDead()).isEqualTo("pl.timers.dead");
    assertThat(TopicNames.DEFAULT.scheduler()).isEqualTo("pl.scheduler");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> TopicNames.DEFAULT.dead("timers"))
        .withMessageContaining("'timers'");
  }

  private static ItemHeaders item(String job, String path, int generation, int attempt) {
    var identity = new ItemHeaders.Identity(job, path, 0, generation, null);
    return ItemHeaders.of(identity).withAttempts(new ItemHeaders.Attempts(attempt, null));
  }

  private void write(Instant due) {
    var unused =
        records.schedule(new Timer("a", due, TARGET, null, null, new RecordHeaders()), NOW);
  }

  private void write(String target) {
    var unused =
        records.schedule(new Timer("a", NOW, target, null, null, new RecordHeaders()), NOW);
  }

  private void read(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    var unused = records.read(key, value, headers, NOW);
  }

  private static org.assertj.core.api.AbstractStringAssert<?> refused(
      Part part, ThrowingCallable what) {
    var thrown =
        org.assertj.core.api.Assertions.catchThrowableOfType(InvalidTimerException.class, what);
    assertThat(thrown).isNotNull();
    assertThat(thrown.part()).isEqualTo(part);
    return assertThat(thrown.getMessage());
  }

  private static Timer timer(TimerCommand command) {
    return ((TimerCommand.Schedule) command).timer();
  }

  private static RecordHeaders headers(String due, String target) {
    var headers = new RecordHeaders();
    headers.add("pl-due", bytes(due)).add("pl-target", bytes(target));
    return headers;
  }

  private static String text(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
