package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.run.PhaseProgram;
import dev.phaseline.schemas.ItemIdentity;
import dev.phaseline.testkit.PipelineDriver;
import dev.phaseline.testkit.Submission;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The outcome contract in the test kit; [OutcomeContractTest] is the same on a broker.
final class OutcomeContractInTheKitTest {
  @Test
  void theTestKitMakesOfEachOutcomeWhatTheTableHas() throws Exception {
    var cases = new OutcomeCases();
    var driver = PipelineDriver.of(cases.pipeline());
    for (var job : OutcomeCases.jobs()) submit(driver, job);
    driver.runToTheEnd(Duration.ofHours(3));

    var table = new OutcomeTable();
    for (var done : driver.done()) {
      var item = item(done.jobId(), done.path());
      table.done(item, String.valueOf(done.result().orElse("")), cases.runsOf(item));
    }
    for (var dead : driver.dead()) {
      var item = item(dead.jobId(), dead.path());
      var runs = cases.runsOf(item);
      table.dead(item, dead.kind().text(), dead.reason(), dead.attempts(), runs, dead.history());
    }
    table.check("outcomes-in-the-kit.txt");
  }

  private static void submit(PipelineDriver driver, OutcomeCases.Job job) {
    if (job.id().equals("payload not text")) {
      driver.submitBytes(job.id(), job.payload());
      return;
    }
    var its = Submission.of(job.id(), new String(job.payload(), UTF_8));
    var key = job.key();
    if (key != null) its = its.withKey(key);
    var deadline = job.deadline();
    if (deadline != null) its = its.withDeadline(driver.clock().instant().plus(deadline));
    driver.submit(its);
  }

  private static String item(String job, String path) {
    return path.equals("/") ? job : job + path;
  }

  @Test
  void aPathIsTooLongForTheProgramWhereItIsForTheHeader() {
    assertThat(PhaseProgram.PATH_CHARS_MAX).isEqualTo(ItemIdentity.PATH_CHARS_MAX);
  }
}
