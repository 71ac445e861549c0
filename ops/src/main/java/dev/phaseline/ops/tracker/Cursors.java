package dev.phaseline.ops.tracker;

import dev.phaseline.ops.accounting.CompactFormat;
import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.ops.tracker.JobKeys.Listed;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Cursors of lists as text. A malformed cursor is refused, not guessed at.
final class Cursors {
  private static final int CHARS_MAX = 1_000;

  private Cursors() {}

  static String of(JobQuery query, Listed at) {
    var out = new CompactFormat.Out().number(mark(query)).text(at.pipeline()).number(at.listedMs());
    return text(out.text(at.id()));
  }

  static @Nullable Listed read(JobQuery query, @Nullable String cursor) {
    if (cursor == null) return null;
    try {
      var in = in(cursor);
      if (in.number() != mark(query)) throw new BadCursorException(cursor);
      var at = new Listed(in.text(), in.number(), in.text());
      if (at.listedMs() < 0) throw new BadCursorException(cursor);
      return at;
    } catch (IllegalArgumentException
        | IndexOutOfBoundsException
        | ArithmeticException
        | IllegalStateException broken) {
      throw new BadCursorException(cursor);
    }
  }

  static String of(String jobId, String path) {
    return text(new CompactFormat.Out().text(jobId).text(path));
  }

  static String read(String jobId, @Nullable String cursor) {
    if (cursor == null) return "/";
    try {
      var in = in(cursor);
      if (!in.text().equals(jobId)) throw new BadCursorException(cursor);
      var path = in.text();
      var _ = JobKeys.path(path);
      return path;
    } catch (IllegalArgumentException
        | IndexOutOfBoundsException
        | ArithmeticException
        | IllegalStateException broken) {
      throw new BadCursorException(cursor);
    }
  }

  /// Times may be relative to now, so they are no part of what a list is.
  private static long mark(JobQuery query) {
    var states = query.states().stream().sorted().map(WorkState::text).toList();
    return Objects.hash(
        query.pipeline(),
        query.phase(),
        states,
        String.valueOf(query.tag()),
        query.key(),
        query.error());
  }

  private static String text(CompactFormat.Out out) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(out.take());
  }

  private static CompactFormat.In in(String cursor) {
    if (cursor.length() > CHARS_MAX) throw new BadCursorException(cursor);
    return new CompactFormat.In(Base64.getUrlDecoder().decode(cursor));
  }
}
