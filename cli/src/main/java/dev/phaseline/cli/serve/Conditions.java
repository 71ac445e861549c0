package dev.phaseline.cli.serve;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.FailureLine;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.worker.Worker;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Tells people what holds a phase of a worker up, once, and that it goes on. Not thread-safe.
public final class Conditions {
  private final Map<String, String> said = new HashMap<>();
  private final Set<String> hinted = new HashSet<>();
  private final Consumer<String> console;
  private String controlProblem = "";

  /// @param console gets one line for each change
  public Conditions(Consumer<String> console) {
    this.console = console;
  }

  /// Looks at the worker once.
  ///
  /// @throws CommandFailure when something won't mend by itself
  public void look(Worker worker) {
    worker
        .failure()
        .ifPresent(
            thrown -> {
              throw CommandFailure.of("the worker can't go on: " + FailureLine.of(thrown), thrown);
            });
    hear(worker.controlProblem());
    for (var status : worker.status()) {
      var phase = status.pipeline() + "." + status.phase();
      status.stopped().forEach((partition, why) -> stands(phase, partition, why));
      say(phase, status.condition());
    }
  }

  private void hear(String why) {
    if (controlProblem.isEmpty() != why.isEmpty()) {
      console.accept(why.isEmpty() ? "operators are heard" : "operators are not heard: " + why);
    }
    controlProblem = why;
  }

  private static void stands(String phase, int partition, String why) {
    throw CommandFailure.of(
        "partition " + partition + " of phase " + phase + " stands still: " + why);
  }

  /// Only the kind of trouble counts as news: its words may hold a number that changes every
  /// second.
  void say(String phase, String condition) {
    if (condition.startsWith(Heartbeat.KEY_ORDER)) {
      if (hinted.add(phase)) console.accept("phase " + phase + ": " + condition);
      say(phase, ""); // nothing waits for it
      return;
    }
    var before = said.put(phase, condition);
    var wasWell = before == null || before.isEmpty();
    if (wasWell == condition.isEmpty()) return;
    console.accept("phase " + phase + (wasWell ? " waits: " + condition : " goes on"));
  }
}
