package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.Pipeline;
import dev.phaseline.schemas.HeaderNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.cumulative.CumulativeCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a worker measures, against what it did.
final class MetersTest extends BrokerTest {
  private static final Set<String> LABELS =
      Set.of("pipeline", "phase", "outcome", "kind", "cause", "le");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Pipeline pipeline =
      Pipeline.named("m")
          .phase("first", Codec.text(), MetersTest::first)
          .phase("last", Codec.text(), (_, _) -> Outcome.done())
          .build();

  private static Outcome<String> first(String text, PhaseContext context) {
    return switch (text) {
      case "split" -> Outcome.fanOut(List.of("a", "b", "c"));
      case "reject" -> Outcome.dead("not wanted");
      case "again" ->
          context.attempt() == 1
              ? Outcome.retryAfter(Duration.ofMillis(1), "once more")
              : Outcome.next(text);
      case "end" -> Outcome.done();
      default -> Outcome.next(text);
    };
  }

  @BeforeEach
  void open() {
    rig.create(pipeline, 2);
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private void submit(String id, String payload, Duration ago) {
    var topic = rig.topics().phase("m", "first");
    var record = Rig.job(topic, id, id, payload);
    var submitted = Instant.now().minus(ago).toString();
    record.headers().add(HeaderNames.SUBMITTED, submitted.getBytes(UTF_8));
    rig.send(record);
  }

  private Worker start() {
    return rig.start(
        rig.config("s1").withMeters(MicrometerMeters.of(registry)), Placement.all(pipeline));
  }

  private double total(String name, String phase) {
    return registry.get(name).tag("phase", phase).functionCounter().count();
  }

  private double items(String phase, String outcome) {
    return registry
        .get("phaseline.items")
        .tags("phase", phase, "outcome", outcome)
        .counter()
        .count();
  }

  private double dead(String kind) {
    return registry
        .get("phaseline.dead.letters")
        .tags("phase", "first", "kind", kind)
        .counter()
        .count();
  }

  private void awaitEnds(int done, int dead) {
    Wait.until(
        done + " done, " + dead + " dead",
        () -> registry.getMeters().stream().map(Meter::getId).toList(),
        () ->
            items("first", "done") + items("last", "done") == done
                && items("first", "dead") == dead);
  }

  @Test
  void everyItemIsCountedOnceByWhatBecameOfIt() {
    var _ = start();
    submit("j1", "plain", Duration.ZERO);
    submit("j2", "split", Duration.ZERO);
    submit("j3", "reject", Duration.ZERO);
    submit("j4", "again", Duration.ZERO);
    submit("j5", "end", Duration.ZERO);
    awaitEnds(6, 1);

    // What was handed on can have come to its end before its own lane counts it.
    Wait.until(
        "what was handed on is counted",
        () -> items("first", "next") + " next, " + items("first", "fan_out") + " fan-outs",
        () -> items("first", "next") == 2 && items("first", "fan_out") == 1);
    assertThat(items("first", "done")).isEqualTo(1);
    assertThat(items("first", "deferred")).isZero();
    assertThat(items("last", "done")).isEqualTo(5);
    Wait.until(
        "the lane has told its totals",
        () -> total("phaseline.retries", "first"),
        () -> total("phaseline.retries", "first") == 1);
    assertThat(dead("rejected")).isEqualTo(1);
    assertThat(dead("failed")).isZero();
  }

  @Test
  void timesAreMeasuredFromTheRecordToTheStartAndFromSubmissionToTheEnd() {
    var _ = start();
    submit("j1", "plain", Duration.ofSeconds(100));
    submit("j2", "again", Duration.ofSeconds(200));
    submit("j3", "reject", Duration.ofSeconds(301));
    awaitEnds(2, 1);

    assertThat(timer("phaseline.wait", "phase", "first").count()).isEqualTo(3);
    assertThat(timer("phaseline.wait", "phase", "first").max(TimeUnit.SECONDS)).isLessThan(60);
    assertThat(timer("phaseline.handler", "phase", "first").count()).isEqualTo(4);
    assertThat(timer("phaseline.handler", "phase", "last").count()).isEqualTo(2);
    var done = timer("phaseline.end.to.end", "phase", "last", "outcome", "done");
    assertThat(done.count()).isEqualTo(2);
    assertThat(done.totalTime(TimeUnit.SECONDS)).isBetween(300.0, 360.0);
    var dead = timer("phaseline.end.to.end", "phase", "first", "outcome", "dead");
    assertThat(dead.count()).isEqualTo(1);
    assertThat(dead.totalTime(TimeUnit.SECONDS)).isBetween(300.0, 360.0);
  }

  private Timer timer(String name, String... tags) {
    return registry.get(name).tags(tags).timer();
  }

  @Test
  void transactionsAreCountedWithTheirSizesAndTimes() {
    var _ = start();
    for (var i = 0; i < 50; i++) submit("j" + i, "plain", Duration.ZERO);
    awaitEnds(50, 0);

    var items = registry.get("phaseline.transaction.items").tag("phase", "last").summary();
    Wait.until(
        "the lane has told its totals",
        () -> total("phaseline.transactions", "last") == items.count());
    assertThat(items.totalAmount()).isEqualTo(50);
    assertThat(timer("phaseline.transaction", "phase", "last").count())
        .isGreaterThanOrEqualTo(items.count());
    assertThat(timer("phaseline.transaction", "phase", "last").max(TimeUnit.SECONDS)).isPositive();
  }

  @Test
  void whatALaneIsDoingIsThere() {
    var _ = start();
    Wait.until(
        "all partitions are assigned",
        () -> registry.get("phaseline.partitions").tag("phase", "first").gauge().value() == 2);

    assertThat(gauge("phaseline.permits")).isPositive();
    assertThat(gauge("phaseline.lanes")).isEqualTo(1);
    assertThat(gauge("phaseline.in.flight")).isZero();
    assertThat(gauge("phaseline.lanes.failed")).isZero();
    assertThat(gauge("phaseline.lane.silence")).isLessThan(30);
    assertThat(registry.find("kafka.consumer.fetch.manager.records.consumed.total").meters())
        .isNotEmpty();
    Wait.until(
        "the producers measure",
        () -> !registry.find("kafka.producer.record.send.total").meters().isEmpty());
  }

  private double gauge(String name) {
    return registry.get(name).tag("phase", "first").gauge().value();
  }

  @Test
  void labelsComeFromClosedSetsAndNeverFromAnItem() {
    var _ = start();
    submit("secret-job", "reject", Duration.ZERO);
    submit("secret-other", "plain", Duration.ZERO);
    awaitEnds(1, 1);

    var ours =
        registry.getMeters().stream()
            .map(Meter::getId)
            .filter(id -> id.getName().startsWith("phaseline."))
            .toList();
    assertThat(ours).isNotEmpty();
    for (var id : ours) {
      assertThat(id.getTags()).extracting(Tag::getKey).isSubsetOf(LABELS);
      assertThat(id.getTags()).extracting(Tag::getValue).noneMatch(v -> v.contains("secret"));
    }
    assertThat(registry.getMeters())
        .allMatch(meter -> !meter.getId().toString().contains("secret"));
  }

  @Test
  void closingTheWorkerTakesItsMetersOut() {
    var worker = start();
    submit("j1", "plain", Duration.ZERO);
    awaitEnds(1, 0);

    worker.close();

    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void secondWorkerInTheSameRegistryIsRefusedWithTheRemedy() {
    var _ = start();

    assertThatThrownBy(
            () ->
                Worker.start(
                    rig.config("s2").withMeters(MicrometerMeters.of(registry)),
                    Placement.all(pipeline)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("m.first")
        .hasMessageContaining("give each worker that runs it a registry of its own");
    Wait.until(
        "nobody listens for the one that did not start",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("control-s2")));
  }

  /// A registry whose counters and timers can't take anything in.
  private static final class BrokenRegistry extends SimpleMeterRegistry {
    @Override
    protected Counter newCounter(Meter.Id id) {
      return new CumulativeCounter(id) {
        @Override
        public void increment(double amount) {
          throw new NoClassDefFoundError("acme/Counter");
        }
      };
    }
  }

  @Test
  void aRegistryThatBreaksCostsNumbersAndNothingElse() {
    var broken = new BrokenRegistry();
    submit("job-1", "plain", Duration.ZERO);
    submit("job-2", "plain", Duration.ZERO);
    var worker =
        rig.start(
            rig.config("s1").withMeters(MicrometerMeters.of(broken)), Placement.all(pipeline));
    Wait.until(
        "both are through",
        () -> {
          assertThat(worker.failure()).isEmpty();
          return rig.done(pipeline).read().size() == 2;
        });
    worker.close();
    assertThat(worker.failure()).isEmpty();
    broken.close();
  }
}
