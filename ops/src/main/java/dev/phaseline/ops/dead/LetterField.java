package dev.phaseline.ops.dead;

import dev.phaseline.ops.query.Comparison;
import dev.phaseline.ops.query.QueryField;
import dev.phaseline.ops.query.ValueType;
import dev.phaseline.schemas.DeadKind;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// A field of queries about dead letters.
@SuppressWarnings("ImmutableEnumChecker") // records of lists that were copied
public enum LetterField implements QueryField {
  /// The phase that gave up.
  PHASE(new ValueType.Text(), Signs.ANY, "the phase that gave up"),
  /// The kind of death.
  KIND(new ValueType.Words(Known.KINDS), Signs.SAME, "why it died"),
  /// The reason in words.
  REASON(new ValueType.Text(), Signs.ANY, "why, in words: = its first line, ~ all of it"),
  /// The group of letters that died alike.
  GROUP(
      new ValueType.Text(),
      Signs.SAME,
      "letters that died alike, by the name that a list of groups gives them where "
          + "words can't: a blank or long first line, a kind of a newer version"),
  /// An exception in the history.
  ERROR(
      new ValueType.Text(),
      Signs.ANY,
      "= the class of an exception in the history, with or without its package; ~ the "
          + "reason, and classes and messages of all attempts"),
  /// The ordering key.
  KEY(new ValueType.Text(), Signs.ANY, "the ordering key"),
  /// The job's id.
  JOB(new ValueType.Text(), Signs.ANY, "the job's id"),
  /// The item's id.
  ITEM(new ValueType.Text(), Signs.ANY, "the item's id"),
  /// A tag of the job.
  TAG(new ValueType.Text(), Signs.ANY, "= NAME or NAME:VALUE; ~ part of NAME:VALUE"),
  /// The decision about the letter.
  STATE(
      new ValueType.Words(Known.STATES),
      Signs.SAME,
      "what was decided; without this field, what the command can change"),
  /// The number of redrives before.
  GENERATION(
      new ValueType.Whole(), Signs.SAME, "how often the item had been redriven when it died"),
  /// The earliest time of writing.
  SINCE(new ValueType.Time(), Signs.ONLY_IS, "written then or later"),
  /// The time before which it was written.
  UNTIL(new ValueType.Time(), Signs.ONLY_IS, "written before");

  private final ValueType type;
  private final Set<Comparison> comparisons;
  private final String help;

  LetterField(ValueType type, Set<Comparison> comparisons, String help) {
    this.type = type;
    this.comparisons = comparisons;
    this.help = help;
  }

  /// The signs that fields take.
  private static final class Signs {
    static final Set<Comparison> ANY = Set.copyOf(EnumSet.allOf(Comparison.class));
    static final Set<Comparison> SAME = Set.of(Comparison.IS, Comparison.IS_NOT);
    static final Set<Comparison> ONLY_IS = Set.of(Comparison.IS);
  }

  /// The words that fields take.
  static final class Known {
    static final List<String> KINDS = Arrays.stream(DeadKind.values()).map(DeadKind::text).toList();
    static final List<String> STATES =
        Arrays.stream(LetterState.Status.values()).map(LetterState.Status::text).toList();

    private Known() {}
  }

  @Override
  public ValueType type() {
    return type;
  }

  @Override
  public Set<Comparison> comparisons() {
    return comparisons;
  }

  @Override
  public boolean isOnce() {
    return false;
  }

  @Override
  public String help() {
    return help;
  }
}
