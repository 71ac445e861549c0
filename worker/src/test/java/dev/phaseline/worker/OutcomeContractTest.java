package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.testkit.PipelineDriver;
import dev.phaseline.testkit.Submission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The outcome contract on a broker: a worker makes of each outcome, throw, codec, key function and
/// limit what the table has, which the test kit is held to as well ([OutcomeContractInTheKitTest]).
/// None may take more than its own item.
final class OutcomeContractTest extends BrokerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void aWorkerMakesOfEachOutcomeWhatTheTableHas() throws Exception {
    var cases = new OutcomeCases();
    var pipeline = cases.pipeline();
    var expected = OutcomeTable.expected();
    rig.create(pipeline, 1);
    var now = InstantSource.system().instant();
    for (var job : OutcomeCases.jobs()) rig.send(record(job, now));
    var worker = rig.start(pipeline);
    var done = rig.done(pipeline);
    var dead = rig.dead(pipeline);
    Wait.until(
        "each has its end",
        () -> {
          assertThat(worker.failure()).isEmpty();
          assertThat(worker.status()).hasSize(2);
          return done.read().size() + dead.read().size() >= expected.size();
        });
    worker.close();
    assertThat(worker.status()).allSatisfy(phase -> assertThat(phase.timedOut()).isZero());

    var table = new OutcomeTable();
    for (var record : done.read()) {
      var item = TopicView.item(record).itemId();
      table.done(item, TopicView.value(record), cases.runsOf(item));
    }
    for (var letter : dead.read()) addDead(table, letter, cases);
    table.check("outcomes-on-a-broker.txt");
  }

  /// As a job client writes it.
  private ProducerRecord<byte[], byte[]> record(OutcomeCases.Job job, Instant now) {
    var key = job.key();
    var record =
        new ProducerRecord<>(
            rig.topics().phase("m", "first"),
            key == null ? null : key.getBytes(UTF_8),
            job.payload());
    var deadline = job.deadline();
    var facts =
        ItemHeaders.JobFacts.NONE
            .withSubmitted(now)
            .withDeadline(deadline == null ? null : now.plus(deadline));
    ItemHeaders.ofJob(job.id()).withJob(facts).addTo(record.headers());
    return record;
  }

  private void addDead(
      OutcomeTable table, ConsumerRecord<byte[], byte[]> letter, OutcomeCases cases) {
    var item = TopicView.item(letter).itemId();
    var reason =
        TopicView.reason(letter).replace(rig.topics().phase("m", "second"), "test.m.second");
    table.dead(
        item,
        TopicView.kind(letter),
        reason.replace(rig.topics().done("m"), "test.m.done"),
        Integer.parseInt(TopicView.header(letter, HeaderNames.ATTEMPT)),
        cases.runsOf(item),
        history(TopicView.header(letter.headers(), HeaderNames.HISTORY)));
  }

  static List<String> history(@Nullable String json) {
    if (json == null) return List.of();
    var all = new ArrayList<String>();
    try {
      for (var entry : JSON.readTree(json)) all.add(words(entry));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static String words(JsonNode entry) {
    var error = entry.get("error").asText("");
    var name = error.substring(Math.max(error.lastIndexOf('.'), error.lastIndexOf('$')) + 1);
    return "attempt "
        + entry.get("attempt").asInt()
        + ": "
        + (entry.get("error").isNull() ? "" : name + ": ")
        + entry.get("message").asText();
  }

  @SuppressWarnings("NullAway") // others' code does this
  private static String nothing() {
    return null;
  }

  private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
  private final Set<String> overlapped = ConcurrentHashMap.newKeySet();

  /// A pipeline whose first phase takes its key from the payload: what stands before the dash.
  private Pipeline keyedAtFirst() {
    return Pipeline.named("k")
        .phase(
            "first",
            Codec.text(),
            (text, context) -> {
              var key = context.key().orElse("none");
              var now = running.computeIfAbsent(key, _ -> new AtomicInteger());
              if (now.incrementAndGet() > 1 && !key.equals("none")) overlapped.add(key);
              LockSupport.parkNanos(200_000); // so that another one could come in between
              now.decrementAndGet();
              return Outcome.next(text + " by " + key);
            },
            text ->
                switch (text.substring(0, text.indexOf('-'))) {
                  case "none" -> nothing();
                  case "throws" -> throw new NoClassDefFoundError("acme/Key");
                  case "half" -> "half \uD83D";
                  case String key -> key;
                },
            options -> options)
        .result(Codec.text())
        .build();
  }

  @Test
  void theKeyOfAFirstPhaseHoldsWhateverKeyIsSubmitted() {
    var payloads = new ArrayList<String>(List.of("throws-1", "half-1", "none-1"));
    for (var i = 0; i < 60; i++) payloads.add("abc".charAt(i % 3) + "-" + i);
    var submitted = new HashMap<String, @Nullable String>();
    for (var payload : payloads) {
      var which = payloads.indexOf(payload) % 3;
      submitted.put(payload, which == 0 ? null : which == 1 ? "another" : payload.substring(0, 1));
    }
    var kit = new TreeMap<String, String>();
    var driver = PipelineDriver.of(keyedAtFirst());
    for (var payload : payloads) {
      var job = Submission.of(payload, payload);
      var key = submitted.get(payload);
      driver.submit(key == null ? job : job.withKey(key));
    }
    driver.runToTheEnd(Duration.ofHours(1));
    for (var done : driver.done()) kit.put(done.jobId(), "" + done.result().orElse("nothing"));
    for (var dead : driver.dead()) kit.put(dead.jobId(), dead.kind() + ": " + dead.reason());

    var worker = new TreeMap<String, String>();
    var pipeline = keyedAtFirst();
    rig.create(pipeline, 4);
    for (var payload : payloads) {
      var key = submitted.get(payload);
      rig.send(Rig.job(rig.topics().phase("k", "first"), payload, key, payload));
    }
    rig.start(pipeline);
    for (var record : rig.done(pipeline).await(61)) {
      worker.put(TopicView.item(record).jobId(), TopicView.value(record));
    }
    for (var letter : rig.dead(pipeline).await(2)) {
      var kind = TopicView.kind(letter).toUpperCase(Locale.ROOT);
      worker.put(TopicView.item(letter).jobId(), kind + ": " + TopicView.reason(letter));
    }

    assertThat(worker).isEqualTo(kit);
    assertThat(worker)
        .hasSize(payloads.size())
        .containsEntry("none-1", "none-1 by none")
        .containsEntry("a-0", "a-0 by a")
        .containsEntry("c-59", "c-59 by c");
    assertThat(worker.get("throws-1")).startsWith("UNDECODABLE: ").contains("acme/Key");
    assertThat(overlapped).isEmpty();
  }
}
