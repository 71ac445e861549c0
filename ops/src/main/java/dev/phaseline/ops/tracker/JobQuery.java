package dev.phaseline.ops.tracker;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which jobs are meant: all that is said must hold; what is null or empty says nothing. Immutable.
///
/// As text, terms with blanks between them, `pipeline=cities state=dead error~"timed out"
/// since=2h`; values with blanks stand in double quotes, in which `\` keeps the next character.
///
/// @param pipeline `pipeline=`: the pipeline
/// @param phase `phase=`: the phase where the job is, or ended
/// @param states `state=dead,cancelled`: one of these
/// @param tag `tag=name` or `tag=name:value`
/// @param key `key=`: the ordering key
/// @param error `error~`: words in the newest error or the reason of a dead letter of the job,
///   without regard to case
/// @param since `since=`: submitted then or later; `30m`, `2h`, `7d` ago, or a time
/// @param until `until=`: submitted before
public record JobQuery(
    @Nullable String pipeline,
    @Nullable String phase,
    Set<WorkState> states,
    @Nullable Tag tag,
    @Nullable String key,
    @Nullable String error,
    @Nullable Instant since,
    @Nullable Instant until) {
  /// All jobs.
  public static final JobQuery ALL =
      new JobQuery(null, null, Set.of(), null, null, null, null, null);

  /// A tag, by name, or by name and value.
  ///
  /// @param name its name
  /// @param value its value; null: any
  public record Tag(String name, @Nullable String value) {}

  public JobQuery {
    states = Set.copyOf(states);
    if (states.contains(WorkState.SPLIT) || states.contains(WorkState.DISCARDED)) {
      throw new IllegalArgumentException("no job is split or discarded, only items are");
    }
  }

  /// Reads a query.
  ///
  /// @param now what `2h` ago is counted from
  /// @throws BadQueryException pointing at the place that can't be understood
  public static JobQuery parse(String text, Instant now) {
    return new JobQueryText(text, now).parse();
  }
}
