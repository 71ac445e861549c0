package dev.phaseline.schemas;

/// Command of a record of the timers topic. Immutable.
public sealed interface TimerCommand {

  /// The timer that it is about.
  String id();

  /// Something is to be written later; replaces what was asked for under the same id.
  ///
  /// @param timer what and when
  record Schedule(Timer timer) implements TimerCommand {
    @Override
    public String id() {
      return timer.id();
    }
  }

  /// A timer is no longer wanted. Of one that fired, or never was, nothing is cancelled.
  ///
  /// @param id the timer's id
  record Cancel(String id) implements TimerCommand {}
}
