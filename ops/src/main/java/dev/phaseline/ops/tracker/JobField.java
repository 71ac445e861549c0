package dev.phaseline.ops.tracker;

import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.ops.query.Comparison;
import dev.phaseline.ops.query.QueryField;
import dev.phaseline.ops.query.ValueType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// A field of queries about jobs. Each stands once at most: a job has one of each, and a search
/// begins at the index of one.
@SuppressWarnings("ImmutableEnumChecker") // records of lists that were copied
public enum JobField implements QueryField {
  /// The pipeline.
  PIPELINE(new ValueType.Name(), Comparison.IS, "the pipeline"),
  /// The phase.
  PHASE(new ValueType.Name(), Comparison.IS, "the phase where the job is, or ended"),
  /// The state.
  STATE(new ValueType.Words(States.OF_JOBS), Comparison.IS, "where the job stands"),
  /// A tag.
  TAG(new ValueType.Tag(), Comparison.IS, "a tag"),
  /// The ordering key.
  KEY(new ValueType.Name(), Comparison.IS, "the ordering key"),
  /// Words in an error.
  ERROR(
      new ValueType.Name(),
      Comparison.HAS,
      "words in the newest error, or in the reason of a dead letter of the job"),
  /// The earliest time of submission.
  SINCE(new ValueType.Time(), Comparison.IS, "submitted then or later"),
  /// The time before which it was submitted.
  UNTIL(new ValueType.Time(), Comparison.IS, "submitted before");

  private final ValueType type;
  private final Comparison comparison;
  private final String help;

  JobField(ValueType type, Comparison comparison, String help) {
    this.type = type;
    this.comparison = comparison;
    this.help = help;
  }

  /// The states that jobs have; the others are of items only.
  private static final class States {
    static final List<String> OF_JOBS =
        EnumSet.complementOf(EnumSet.of(WorkState.SPLIT, WorkState.DISCARDED)).stream()
            .map(WorkState::text)
            .toList();
  }

  @Override
  public ValueType type() {
    return type;
  }

  @Override
  public Set<Comparison> comparisons() {
    return Set.of(comparison);
  }

  @Override
  public boolean isOnce() {
    return true;
  }

  @Override
  public String help() {
    return help;
  }
}
