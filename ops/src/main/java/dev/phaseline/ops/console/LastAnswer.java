package dev.phaseline.ops.console;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Most recent successful answer of a source, and since when and why it has failed. One thread
/// updates it, any thread may read it.
///
/// @param <T> the answer
final class LastAnswer<T> {
  private final InstantSource clock;
  private volatile State<T> state = new State<>(null, null, "", null);

  /// @param value the last answer; null before the first
  /// @param at when it was given
  /// @param wrong why there is no newer one; empty when it is the newest
  /// @param since since when that is so
  private record State<T>(
      @Nullable T value, @Nullable Instant at, String wrong, @Nullable Instant since) {}

  LastAnswer(InstantSource clock) {
    this.clock = clock;
  }

  /// Asks. An answer that is refused with a problem leaves the last one in place.
  void ask(Supplier<T> question) {
    try {
      state = new State<>(question.get(), clock.instant(), "", null);
    } catch (RuntimeException failed) {
      var words =
          ExceptionProblems.of(failed)
              .map(Problem::detail)
              .orElseGet(() -> failed.getClass().getSimpleName() + ": " + failed.getMessage());
      var last = state;
      var since = last.since() == null ? clock.instant() : last.since();
      state = new State<>(last.value(), last.at(), words, since);
    }
  }

  Optional<T> value() {
    return Optional.ofNullable(state.value());
  }

  /// The time at which the last answer was given.
  Optional<Instant> at() {
    return Optional.ofNullable(state.at());
  }

  /// The reason why there is no newer answer; empty when there is nothing wrong.
  String wrong() {
    return state.wrong();
  }
}
