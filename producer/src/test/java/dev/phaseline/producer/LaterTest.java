package dev.phaseline.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.Timer;
import dev.phaseline.schemas.TimerCommand;
import dev.phaseline.schemas.TimerRecords;
import dev.phaseline.schemas.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/// Jobs for later: what is written to the timers. What becomes of it is the scheduler's.
final class LaterTest {
  private static final JobType<String> GREET = JobType.text("hello", "greet");
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final JobClient jobs =
      JobClient.withProducer(
          producer, JobClient.Settings.DEFAULT.withClock(InstantSource.fixed(NOW)));

  @Test
  void jobForLaterIsATimerThatBecomesTheJob() {
    var request =
        JobRequest.withId("greet-42", "world")
            .withKey("k")
            .withTag("team", "a")
            .after(Duration.ofHours(2));
    var receipt = jobs.submitAndWait(GREET, request);
    assertThat(receipt.topic()).isEqualTo("pl.timers");
    var timer = timer(producer.history().getFirst());
    assertThat(timer.due()).isEqualTo(NOW.plus(Duration.ofHours(2)));
    assertThat(timer.target()).isEqualTo("pl.hello.greet");
    assertThat(timer.key()).isEqualTo("k".getBytes(UTF_8));
    assertThat(timer.value()).isEqualTo("world".getBytes(UTF_8));
    var item = ItemHeaders.read(timer.target(), 0, 0, timer.headers());
    assertThat(item.jobId()).isEqualTo("greet-42");
    assertThat(item.job().submitted()).isEqualTo(NOW);
    assertThat(item.job().tagMap()).containsEntry("team", "a");
  }

  @Test
  void sameJobForAnotherTimeTakesItsPlaceAndAWithdrawalTakesItAway() {
    var request = JobRequest.withId("greet-42", "world");
    jobs.submitAndWait(GREET, request.notBefore(NOW.plusSeconds(60)));
    jobs.submitAndWait(GREET, request.notBefore(NOW.plusSeconds(5)));
    assertThat(jobs.withdraw(GREET, "greet-42").join().jobId()).isEqualTo("greet-42");
    var history = producer.history();
    assertThat(history).hasSize(3);
    assertThat(history.get(1).key()).isEqualTo(history.get(0).key());
    assertThat(history.get(2).key()).isEqualTo(history.get(0).key());
    assertThat(command(history.get(2)))
        .isEqualTo(new TimerCommand.Cancel(new String(history.get(0).key(), UTF_8)));
  }

  @Test
  void pastIsAtOnceAndStillThroughTheTimersSoThatItReplacesWhatWaits() {
    jobs.submitAndWait(GREET, JobRequest.withId("a", "b").notBefore(NOW.minusSeconds(60)));
    assertThat(timer(producer.history().getFirst()).due()).isEqualTo(NOW.minusSeconds(60));
  }

  @Test
  void absurdTimesAreRefusedBeforeAnythingIsWritten() {
    var request = JobRequest.withId("greet-42", "world");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> request.after(Duration.ofSeconds(-1)))
        .withMessageContaining("PT-1S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> request.after(Duration.ofDays(40_000)))
        .withMessageContaining("100 years");
    refused(request.notBefore(NOW.plus(Duration.ofDays(40_000))), "100 years ahead");
    refused(request.notBefore(Instant.EPOCH.minusSeconds(1)), "before 1970");
    refused(
        request.after(Duration.ofHours(2)).withDeadline(NOW.plus(Duration.ofHours(1))),
        "its deadline 2026-01-31T13:00:00Z is not after 2026-01-31T14:00:00Z");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> jobs.withdraw(GREET, ""))
        .withMessageContaining("empty");
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void longestIdsOfJobsHaveTimersToo() {
    jobs.submitAndWait(GREET, JobRequest.withId("j".repeat(200), "x").after(Duration.ZERO));
    assertThat(timer(producer.history().getFirst()).target()).isEqualTo("pl.hello.greet");
  }

  private void refused(JobRequest<String> request, String words) {
    assertThatExceptionOfType(SubmitException.class)
        .isThrownBy(() -> jobs.submitAndWait(GREET, request))
        .satisfies(
            thrown -> assertThat(thrown.failure()).isInstanceOf(SubmitFailure.InvalidRequest.class))
        .withMessageContaining(words);
  }

  private static Timer timer(ProducerRecord<byte[], byte[]> record) {
    return ((TimerCommand.Schedule) command(record)).timer();
  }

  private static TimerCommand command(ProducerRecord<byte[], byte[]> record) {
    assertThat(record.partition()).isNull();
    return new TimerRecords(TopicNames.DEFAULT)
        .read(record.key(), record.value(), record.headers(), NOW);
  }
}
