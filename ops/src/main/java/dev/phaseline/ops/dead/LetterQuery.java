package dev.phaseline.ops.dead;

import dev.phaseline.ops.query.Comparison;
import dev.phaseline.ops.query.Ids;
import dev.phaseline.ops.query.QuerySyntaxException;
import dev.phaseline.ops.query.Term;
import dev.phaseline.ops.query.Vocabulary;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// A choice of dead letters: terms, all of which must hold, and ids, one of which must. Immutable.
///
/// As text it is a query of [the grammar that all queries have][dev.phaseline.ops.query], such as
/// `phase=store kind=failed error~"timed out" since=2h` or `0-12 0-13`. The fields are those of
/// [LetterField].
public final class LetterQuery {
  /// All letters.
  public static final LetterQuery ALL = new LetterQuery(List.of(), List.of());

  /// The fields that queries about letters can name. A list of ids may be as long as the largest
  /// body that the console takes.
  public static final Vocabulary<LetterField> VOCABULARY =
      new Vocabulary<>(
          List.of(LetterField.values()),
          new Ids(text -> LetterId.parse(text).isPresent(), "a letter's id", "0-1234"),
          4 << 20,
          "phase=store error~\"timed out\" since=2h");

  private final List<Term<LetterField>> terms;
  private final Set<LetterId> ids;

  private LetterQuery(List<Term<LetterField>> terms, List<LetterId> ids) {
    this.terms = List.copyOf(terms);
    this.ids = Collections.unmodifiableSortedSet(new TreeSet<>(ids));
  }

  /// Reads a query.
  ///
  /// @param now the time from which `2h` is counted back
  /// @throws QuerySyntaxException with the place that can't be read
  public static LetterQuery parse(String text, Instant now) {
    var parsed = VOCABULARY.parse(text, now);
    var ids = parsed.ids().stream().flatMap(id -> LetterId.parse(id).stream()).toList();
    return new LetterQuery(parsed.terms(), ids);
  }

  /// Exactly these letters.
  public static LetterQuery of(List<LetterId> ids) {
    return new LetterQuery(List.of(), ids);
  }

  /// The letters that are named by their ids; empty when none is.
  public Set<LetterId> ids() {
    return ids;
  }

  /// Whether it means every letter.
  public boolean isAll() {
    return terms.isEmpty() && ids.isEmpty();
  }

  /// Whether it restricts states.
  public boolean namesStates() {
    return terms.stream().anyMatch(term -> term.field() == LetterField.STATE);
  }

  /// The phases that it asks for by name.
  public List<String> phases() {
    return terms.stream()
        .filter(term -> term.field() == LetterField.PHASE && term.comparison() == Comparison.IS)
        .map(Term::text)
        .toList();
  }

  /// Whether the letter is meant.
  public boolean matches(LetterEntry entry) {
    if (!ids.isEmpty() && !ids.contains(entry.letter().id())) return false;
    for (var term : terms) if (!holds(term, entry)) return false;
    return true;
  }

  /// Whether what letters are grouped by, their times and their states are all that it asks about.
  boolean isOfGroups() {
    return ids.isEmpty() && terms.stream().allMatch(LetterQuery::isOfGroups);
  }

  private static boolean isOfGroups(Term<LetterField> term) {
    return switch (term.field()) {
      case PHASE, KIND, GROUP, STATE, SINCE, UNTIL -> true;
      // a group has the beginning of a long line
      case REASON -> term.isWhole() && term.text().length() < LetterGroup.REASON_CHARS_MAX;
      case ERROR, KEY, JOB, ITEM, TAG, GENERATION -> false;
    };
  }

  /// Whether letters of a group can be meant; only where [#isOfGroups()].
  boolean meansGroup(LetterGroup group) {
    for (var term : terms) {
      var holds =
          switch (term.field()) {
            case PHASE -> term.holdsFor(group.phase());
            case KIND -> term.holdsFor(group.kind());
            case REASON -> term.holdsFor(group.reason());
            case GROUP -> term.holdsFor(group.id());
            case ERROR, KEY, JOB, ITEM, TAG, STATE, GENERATION, SINCE, UNTIL -> true;
          };
      if (!holds) return false;
    }
    return true;
  }

  /// Whether a letter of such a group is meant; only where [#isOfGroups()].
  boolean meansLetter(Instant at, LetterState.Status status) {
    for (var term : terms) {
      var holds =
          switch (term.field()) {
            case STATE -> term.holdsFor(status.text());
            case SINCE -> !at.isBefore(term.time());
            case UNTIL -> at.isBefore(term.time());
            case PHASE, KIND, REASON, GROUP, ERROR, KEY, JOB, ITEM, TAG, GENERATION -> true;
          };
      if (!holds) return false;
    }
    return true;
  }

  private static boolean holds(Term<LetterField> term, LetterEntry entry) {
    var letter = entry.letter();
    return switch (term.field()) {
      case PHASE -> term.holdsFor(letter.phase());
      case KIND -> term.holdsFor(letter.kind());
      case KEY -> term.holdsFor(letter.keyText());
      case JOB -> term.holdsFor(letter.job());
      case ITEM -> term.holdsFor(letter.item());
      case STATE -> term.holdsFor(entry.state().status().text());
      case GENERATION -> (term.number() == letter.generation()) != term.isNegative();
      case SINCE -> !letter.at().isBefore(term.time());
      case UNTIL -> letter.at().isBefore(term.time());
      case REASON ->
          term.holdsFor(
              term.isWhole() ? letter.reason().lines().findFirst().orElse("") : letter.reason());
      case GROUP -> term.holdsFor(LetterGroup.of(letter).id());
      case ERROR -> hasError(term, letter) != term.isNegative();
      case TAG -> hasTag(term, letter) != term.isNegative();
    };
  }

  private static boolean hasError(Term<LetterField> term, Letter letter) {
    var wanted = term.text();
    if (!term.isWhole() && Term.contains(letter.reason(), wanted)) return true;
    for (var attempt : letter.history()) {
      var name = attempt.error();
      if (term.isWhole()
          ? name.equals(wanted) || name.endsWith('.' + wanted) || name.endsWith('$' + wanted)
          : Term.contains(name, wanted) || Term.contains(attempt.message(), wanted)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasTag(Term<LetterField> term, Letter letter) {
    for (var tag : letter.tags().entrySet()) {
      var both = tag.getKey() + ':' + tag.getValue();
      if (term.isWhole()
          ? tag.getKey().equals(term.text()) || both.equals(term.text())
          : Term.contains(both, term.text())) {
        return true;
      }
    }
    return false;
  }
}
