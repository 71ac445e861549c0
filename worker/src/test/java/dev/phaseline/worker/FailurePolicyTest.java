package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.phaseline.core.Codec;
import dev.phaseline.core.FailureOptions;
import dev.phaseline.core.FailureOptions.Outage;
import dev.phaseline.core.Ordering;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseHandler;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.RetryPolicy;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.TimerCommand;
import dev.phaseline.schemas.TimerRecords;
import dev.phaseline.testkit.Event;
import dev.phaseline.testkit.Guarantees;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/// Retries, waits outside the lane, deadlines and outages, on a real broker.
final class FailurePolicyTest extends BrokerTest {
  private static Pipeline onePhase(
      PhaseHandler<String, Object> handler, UnaryOperator<PhaseOptions> options) {
    return Pipeline.named("p")
        .phase("only", Codec.text(), handler, options)
        .result(Codec.text())
        .build();
  }

  private String only() {
    return rig.topics().phase("p", "only");
  }

  @Test
  void aLongWaitGoesToTheTimersWithItsAttemptsAndComesBackWithThem() throws Exception {
    var pipeline =
        onePhase(
            (text, context) -> {
              if (context.attempt() == 1) return Outcome.retryAfter(Duration.ofMinutes(5), "busy");
              throw new IllegalStateException("no to " + text + " #" + context.attempt());
            },
            options ->
                options
                    .withOrdering(Ordering.UNORDERED)
                    .withRetry(RetryPolicy.DEFAULT.withAttemptsMax(2)));
    rig.create(pipeline, 1);
    rig.create(List.of(rig.topics().timers()), 1, Map.of());
    var job = Rig.job(only(), "j1", "k1", "payload");
    job.headers().add("x-foreign", new byte[] {1, 2});
    rig.send(job);
    var worker = rig.start(rig.config("s1").withTimers(true), Placement.all(pipeline));

    var record = rig.view(rig.topics().timers()).await(1).getFirst();
    var command =
        new TimerRecords(rig.topics())
            .read(record.key(), record.value(), record.headers(), Instant.now());
    var timer = ((TimerCommand.Schedule) command).timer();
    assertThat(timer.target()).isEqualTo(only());
    assertThat(timer.key()).isEqualTo("k1".getBytes(UTF_8));
    assertThat(timer.value()).isEqualTo("payload".getBytes(UTF_8));
    assertThat(Duration.between(Instant.now(), timer.due()))
        .isBetween(Duration.ofMinutes(3), Duration.ofMinutes(5));
    assertThat(timer.headers().lastHeader("x-foreign").value()).containsExactly(1, 2);
    assertThat(TopicView.header(timer.headers(), HeaderNames.ATTEMPT)).isEqualTo("2");
    assertThat(TopicView.header(timer.headers(), HeaderNames.PARENT)).isEqualTo("only/0/0");

    rig.send(
        new ProducerRecord<>(
            only(), null, timer.key(), timer.value(), timer.headers())); // as the service does
    var letter = rig.dead(pipeline).await(1).getFirst();
    worker.close();
    assertThat(Rig.status(worker, "only").deferred()).isEqualTo(1);
    assertThat(TopicView.header(letter, HeaderNames.ATTEMPT)).isEqualTo("2");
    assertThat(letter.headers().lastHeader(HeaderNames.FIRST_START)).isNull();
    var history = new ObjectMapper().readTree(TopicView.header(letter, HeaderNames.HISTORY));
    assertThat(history).hasSize(2);
    assertThat(history.get(0).get("attempt").asInt()).isEqualTo(1);
    assertThat(history.get(0).get("message").asText()).isEqualTo("busy");
    assertThat(history.get(1).get("attempt").asInt()).isEqualTo(2);
    assertThat(history.get(1).get("error").asText()).contains("IllegalStateException");
    for (var entry : history) {
      assertThat(entry.get("worker").asText()).isEqualTo("s1");
      assertThat(Instant.parse(entry.get("ended").asText()))
          .isAfterOrEqualTo(Instant.parse(entry.get("started").asText()));
    }
  }

  @Test
  void aWorkerThatIsToldOfTimersAsksForTheirTopic() {
    var pipeline = onePhase((text, _) -> Outcome.next(text), options -> options);
    rig.create(pipeline, 1);
    assertThatThrownBy(() -> rig.start(rig.config("s1").withTimers(true), Placement.all(pipeline)))
        .isInstanceOf(WorkerException.class)
        .hasMessageContaining(rig.topics().timers())
        .hasMessageContaining("phaseline topics create");
  }

  @Test
  void anItemThatCanNotMeetItsDeadlineAnyMoreIsExpiredAtOnceWithWhatWentWrong() {
    var pipeline =
        onePhase((_, _) -> Outcome.retryAfter(Duration.ofHours(2), "busy"), options -> options);
    rig.create(pipeline, 1);
    var job = Rig.job(only(), "j1", "k1", "payload");
    var inAnHour = Instant.now().plus(Duration.ofHours(1)).toString();
    job.headers().add(HeaderNames.DEADLINE, inAnHour.getBytes(UTF_8));
    rig.send(job);
    rig.start(pipeline);

    var letter = rig.dead(pipeline).await(1).getFirst();
    assertThat(TopicView.kind(letter)).isEqualTo("expired");
    assertThat(TopicView.reason(letter)).contains("deadline").contains("PT2H");
    assertThat(TopicView.header(letter, HeaderNames.HISTORY)).contains("busy");
  }

  @Test
  void aDependencyThatIsDownForAWhileUnderFullLoadKillsNothingAndBurnsNoAttempt() {
    var items = 2_000;
    var down = new AtomicBoolean(true);
    var events = Collections.synchronizedList(new ArrayList<Event>());
    var outage = Outage.DEFAULT.withProbes(Duration.ofMillis(100), Duration.ofMillis(400));
    var pipeline =
        onePhase(
            (text, context) -> {
              events.add(new Event.Started(context.jobId(), context.attempt(), Instant.now()));
              try {
                if (!down.get()) return Outcome.done(text + " #" + context.attempt());
                throw new IllegalStateException("no answer from db-1 for " + context.jobId());
              } finally {
                events.add(new Event.Stopped(context.jobId()));
              }
            },
            options ->
                options
                    .withRetry(RetryPolicy.DEFAULT.withAttemptsMax(3))
                    .withFailures(FailureOptions.DEFAULT.withOutage(outage)));
    rig.create(pipeline, 4);
    for (var i = 0; i < items; i++) events.add(new Event.Submitted("job-" + i, "key-" + i % 500));
    rig.submit(pipeline, 0, items, i -> "key-" + i % 500);
    var worker = rig.start(pipeline);
    Wait.until(
        "the phase says that it is suspended, why and until when",
        () -> Rig.status(worker, "only").condition(),
        () ->
            Rig.status(worker, "only")
                .condition()
                .matches("suspended until 2.*Z: taken for an outage.*no answer from db-1.*"));
    var startsBefore = starts(events);
    var before = Rig.status(worker, "only").spared();
    Wait.until("probes go out", () -> Rig.status(worker, "only").spared() >= before + 4);
    assertThat(starts(events) - startsBefore).as("single probes, not the load").isLessThan(100);
    down.set(false);
    var done = rig.done(pipeline).await(items);
    for (var record : done) events.add(new Event.Ended(TopicView.item(record).jobId()));
    for (var record : rig.dead(pipeline).read()) {
      events.add(new Event.Ended(TopicView.item(record).jobId()));
    }

    Guarantees.verify(List.copyOf(events));
    assertThat(rig.dead(pipeline).read()).isEmpty();
    assertThat(done.stream().map(TopicView::value)).allMatch(value -> value.endsWith("#1"));
  }

  private static long starts(List<Event> events) {
    return List.copyOf(events).stream().filter(Event.Started.class::isInstance).count();
  }
}
