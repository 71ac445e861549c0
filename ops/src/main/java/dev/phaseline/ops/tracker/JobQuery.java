package dev.phaseline.ops.tracker;

import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.ops.query.QuerySyntaxException;
import dev.phaseline.ops.query.Term;
import dev.phaseline.ops.query.Vocabulary;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A choice of jobs: all that is given must hold, and what is null or empty restricts nothing.
/// Immutable.
///
/// As text it is a query of [the grammar that all queries have][dev.phaseline.ops.query], such as
/// `pipeline=cities state=dead error~"timed out" since=2h`. The fields are those of [JobField].
///
/// @param pipeline the pipeline
/// @param phase the phase where the job is, or ended
/// @param states one of these
/// @param tag a tag, by name or by name and value
/// @param key the ordering key
/// @param error words in the newest error or the reason of a dead letter of the job, without regard
///   to case
/// @param since submitted then or later
/// @param until submitted before
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

  /// The fields that queries about jobs can name.
  public static final Vocabulary<JobField> VOCABULARY =
      new Vocabulary<>(
          List.of(JobField.values()), null, 4_000, "state=dead error~\"timed out\" since=2h");

  /// Reads a query.
  ///
  /// @param now the time from which `2h` is counted back
  /// @throws QuerySyntaxException with the place that can't be read
  public static JobQuery parse(String text, Instant now) {
    var found = new EnumMap<JobField, Term<JobField>>(JobField.class);
    for (var term : VOCABULARY.parse(text, now).terms()) found.put(term.field(), term);
    return new JobQuery(
        text(found, JobField.PIPELINE),
        text(found, JobField.PHASE),
        states(found.get(JobField.STATE)),
        tag(text(found, JobField.TAG)),
        text(found, JobField.KEY),
        text(found, JobField.ERROR),
        time(found, JobField.SINCE),
        time(found, JobField.UNTIL));
  }

  private static @Nullable String text(Map<JobField, Term<JobField>> found, JobField field) {
    var term = found.get(field);
    return term == null ? null : term.text();
  }

  private static @Nullable Instant time(Map<JobField, Term<JobField>> found, JobField field) {
    var term = found.get(field);
    return term == null ? null : term.time();
  }

  private static Set<WorkState> states(@Nullable Term<JobField> term) {
    var states = EnumSet.noneOf(WorkState.class);
    if (term == null) return states;
    for (var word : term.words()) states.add(WorkState.of(word).orElseThrow());
    return states;
  }

  private static @Nullable Tag tag(@Nullable String text) {
    if (text == null) return null;
    var colon = text.indexOf(':');
    return colon < 0
        ? new Tag(text, null)
        : new Tag(text.substring(0, colon), text.substring(colon + 1));
  }
}
