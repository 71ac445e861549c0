package dev.phaseline.worker;

import dev.phaseline.testkit.PipelineDriver;
import dev.phaseline.testkit.Submission;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The recovery contract in the test kit; [RecoveryContractTest] is the same on a broker.
final class RecoveryContractInTheKitTest {
  @Test
  void theTestKitMakesOfEachFailureWhatTheTableHas() throws Exception {
    var cases = new RecoveryCases();
    var driver = PipelineDriver.of(cases.pipeline());
    for (var job : RecoveryCases.JOBS) {
      var deadline = driver.clock().instant().plus(RecoveryCases.deadline(job));
      driver.submit(Submission.of(job, job).withKey("k-" + job).withDeadline(deadline));
    }
    driver.runToTheEnd(Duration.ofHours(1));

    var table = new OutcomeTable();
    for (var done : driver.done()) {
      var item = item(done.jobId(), done.path());
      table.done(item, String.valueOf(done.result().orElse("")), cases.runsOf(item));
    }
    for (var one : driver.compensated()) {
      var item = item(one.jobId(), one.path());
      table.compensated(item, one.phase() + " " + one.reason(), cases.runsOf(item));
    }
    for (var dead : driver.dead()) {
      var item = item(dead.jobId(), dead.path());
      var runs = cases.runsOf(item);
      table.dead(item, dead.kind().text(), dead.reason(), dead.attempts(), runs, dead.history());
    }
    table.check("recovery-in-the-kit.txt", OutcomeTable.expected("recovery-contract.txt"));
  }

  private static String item(String job, String path) {
    return path.equals("/") ? job : job + path;
  }
}
