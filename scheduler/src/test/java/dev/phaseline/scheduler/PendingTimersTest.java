package dev.phaseline.scheduler;

import static dev.phaseline.scheduler.TimerRig.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.schemas.Timer;
import dev.phaseline.schemas.TimerRecords;
import dev.phaseline.schemas.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What has not fired, read from the topic that the scheduler's own store writes, and from what it
/// has not read yet.
final class PendingTimersTest {
  private static final TopicNames NAMES = TopicNames.DEFAULT;
  private static final Instant LATER = TimerRig.START.plusSeconds(90);

  @TempDir private static Path folder;

  private final TimerRecords records = new TimerRecords(NAMES);
  private final PendingTimers<String> pending = new PendingTimers<>(PendingTimersTest::name);

  private static String name(String target, Headers headers) {
    return target + " " + new String(headers.lastHeader("x").value(), UTF_8);
  }

  private ProducerRecord<byte[], byte[]> timer(String id, Duration in, String x) {
    var headers = new RecordHeaders().add("x", bytes(x));
    var due = TimerRig.START.plus(in);
    return records.schedule(
        new Timer(id, due, TimerRig.TARGET, bytes("k"), bytes(id), headers), TimerRig.START);
  }

  private static ConsumerRecord<byte[], byte[]> read(
      String topic, byte[] key, byte[] value, Headers headers) {
    return new ConsumerRecord<>(
        topic,
        0,
        0,
        0,
        TimestampType.CREATE_TIME,
        0,
        0,
        key,
        value,
        headers,
        java.util.Optional.empty());
  }

  private void unread(ProducerRecord<byte[], byte[]> record) {
    pending.unread(read(record.topic(), record.key(), record.value(), record.headers()));
  }

  @Test
  void whatFiredIsCancelledOrReplacedIsNotPending() {
    try (var rig = new TimerRig(folder)) {
      rig.write(timer("fires", Duration.ofSeconds(1), "1"));
      rig.write(timer("stays", Duration.ofSeconds(90), "2"));
      rig.write(timer("moves", Duration.ofSeconds(2), "3"));
      rig.write(timer("moves", Duration.ofSeconds(90), "4"));
      rig.write(timer("cancelled", Duration.ofSeconds(90), "5"));
      rig.cancel("cancelled");
      rig.pass(Duration.ofSeconds(5));
      assertThat(rig.fired()).containsExactly("fires");
      var topic = PendingTimers.storeTopic(NAMES);
      for (var record : rig.written(topic)) {
        pending.stored(read(topic, record.key(), record.value(), record.headers()));
      }
    }

    assertThat(pending.pending())
        .containsExactlyInAnyOrder(TimerRig.TARGET + " 2", TimerRig.TARGET + " 4");

    unread(timer("stays", Duration.ofSeconds(91), "2 again"));
    unread(timer("new", Duration.ofSeconds(91), "6"));
    unread(records.cancel("moves"));
    unread(records.cancel("unknown"));
    assertThat(pending.pending())
        .containsExactlyInAnyOrder(TimerRig.TARGET + " 2 again", TimerRig.TARGET + " 6");
  }

  @Test
  void recordsThatAreNoTimersAreLeftOut() {
    pending.unread(read("pl.timers", bytes("id"), bytes("v"), new RecordHeaders()));
    unread(timer("good", Duration.between(TimerRig.START, LATER), "7"));

    assertThat(pending.pending()).containsExactly(TimerRig.TARGET + " 7");
  }
}
