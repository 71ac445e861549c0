package dev.phaseline.scheduler.policy;

import dev.phaseline.schemas.schedule.ScheduleRun;
import java.time.Instant;

/// Record that a turn wants written, in the transaction that keeps the new state. Immutable.
public sealed interface Effect {

  /// A job goes to the first phase of the pipeline.
  ///
  /// @param job its id
  /// @param nominal the instant that it is for
  record Submit(String job, Instant nominal) implements Effect {}

  /// A decision goes into the history.
  ///
  /// @param run the decision
  record Decide(ScheduleRun run) implements Effect {}

  /// A running job is cancelled, by a command as an operator would give it.
  ///
  /// @param job its id
  record Cancel(String job) implements Effect {}
}
