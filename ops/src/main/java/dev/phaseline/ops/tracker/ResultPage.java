package dev.phaseline.ops.tracker;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A part of a list. Immutable.
///
/// A page may have fewer rows than were asked for, or none, and still not be the last: a search
/// ends after a bounded time and goes on where it ended. Only a page without `next` is the last.
///
/// @param rows in the order of the list
/// @param next where the next page begins; null when this is the last
/// @param <T> what is listed
public record ResultPage<T>(List<T> rows, @Nullable String next) {
  public ResultPage {
    rows = List.copyOf(rows);
  }

  /// The start of the next page, if there is one.
  public Optional<String> nextIfAny() {
    return Optional.ofNullable(next);
  }
}
