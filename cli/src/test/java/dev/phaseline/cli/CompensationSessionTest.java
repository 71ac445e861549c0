package dev.phaseline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseRef;
import dev.phaseline.core.Pipeline;
import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.producer.JobClient;
import dev.phaseline.producer.JobRequest;
import dev.phaseline.producer.JobType;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.TopicSettings;
import dev.phaseline.topics.TopicSetup;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.Worker;
import dev.phaseline.worker.WorkerConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Compensation on a real broker, of an item whose version is gone meanwhile: through the
/// migration, into a dead letter, and on after a redrive.
@Tag("broker")
final class CompensationSessionTest {
  private static final PhaseRef<String> RESERVE = PhaseRef.of("reserve", Codec.text());
  private static final PhaseRef<String> BILL = PhaseRef.of("bill", Codec.text());

  @TempDir private Path data;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> undone = Collections.synchronizedList(new ArrayList<>());
  private final AtomicBoolean bankIsClosed = new AtomicBoolean(true);
  private String servers = "";

  private int run(String command) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.addAll(List.of("--bootstrap-servers", servers));
    return Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), arguments.toArray(String[]::new));
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    var end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) throw new AssertionError("not within 3 minutes: " + what);
      Thread.sleep(20);
    }
  }

  private static final Pipeline FIRST =
      Pipeline.named("orders")
          .phase("reserve", Codec.text(), (text, _) -> Outcome.next(text + "+place"))
          .phase("charge", Codec.text(), (text, _) -> Outcome.next(text + "+paid"))
          .phase("ship", Codec.text(), (_, _) -> Outcome.suspend(Duration.ofDays(1), "no courier"))
          .compensate(RESERVE, (_, _) -> Outcome.dead("of version 1"))
          .compensate(PhaseRef.of("charge", Codec.text()), (_, _) -> Outcome.dead("of version 1"))
          .build();

  private Pipeline second() {
    return Pipeline.named("orders")
        .version(2)
        .phase("reserve", Codec.text(), (text, _) -> Outcome.next(text))
        .phase("bill", Codec.text(), (text, _) -> Outcome.next(text))
        .phase("ship", Codec.text(), (_, _) -> Outcome.compensate("no courier"))
        .compensate(RESERVE, (text, _) -> undo("reserve " + text))
        .compensate(
            BILL,
            (text, _) ->
                bankIsClosed.get() ? Outcome.dead("the bank is closed") : undo("charge " + text))
        .migrateFrom(
            1,
            how ->
                how.payload("reserve", Codec.text(), text -> "new " + text)
                    .move("charge", "bill", Codec.text(), text -> "new " + text))
        .build();
  }

  private Outcome<Object> undo(String what) {
    undone.add(what);
    return Outcome.done();
  }

  private void createTopics(Map<String, Object> kafka) {
    try (var admin = Admin.create(kafka)) {
      new TopicSetup(admin, TopicNames.DEFAULT, TopicSettings.SINGLE)
          .ensure("orders", List.of("reserve", "charge", "bill", "ship"))
          .orThrow();
    }
  }

  @Test
  void aRedrivenCompensationGoesOnUnderTheMigration() throws Exception {
    try (var broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(data.resolve("kafka")))) {
      Map<String, Object> kafka = Map.copyOf(broker.clientConfig());
      servers = String.valueOf(kafka.get("bootstrap.servers"));
      createTopics(kafka);
      try (var worker = Worker.start(WorkerConfig.of("old", kafka), Placement.all(FIRST));
          var jobs = JobClient.connect(kafka)) {
        var order = JobRequest.withId("order-1", "book").withKey("ada");
        jobs.submitAndWait(JobType.text("orders", "reserve"), order);
        await("it waits for a courier", () -> waits(worker));
      }
      try (var worker = Worker.start(WorkerConfig.of("new", kafka), Placement.all(second()))) {
        await("the compensation has failed", this::isDead);
        redriven();
        assertThat(worker.failure()).isEmpty();
      }
      assertThat(undone).containsExactly("charge new book+place", "reserve new book");
      assertThat(run("audit orders")).as("%s%s", out, err).isZero();
    }
  }

  private static boolean waits(Worker worker) {
    return worker.status().stream().anyMatch(one -> one.condition().contains("no courier"));
  }

  private boolean isDead() {
    return run("dead list orders") == 0 && out.toString().contains("compensation");
  }

  private void redriven() throws InterruptedException {
    assertThat(out.toString()).contains("charge", "rejected: the bank is closed");
    assertThat(run("dead redrive orders phase=charge --to bill")).isEqualTo(ExitStatus.FAILED);
    assertThat(out.toString()).contains("it is being compensated", "'charge'");
    assertThat(undone).isEmpty();

    bankIsClosed.set(false);
    assertThat(run("dead redrive orders phase=charge")).as("%s%s", out, err).isZero();
    await("the job has ended", () -> undone.size() == 2 && run("audit orders") == 0);
  }
}
