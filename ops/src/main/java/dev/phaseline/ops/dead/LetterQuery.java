package dev.phaseline.ops.dead;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// Which letters are meant, as an operator types it: terms with blanks between them, all of which
/// must hold, and ids, one of which must.
///
/// `phase=store kind=failed error~"timed out" since=2h` or `0-12 0-13`. Operators: `=` is, `!=` is
/// not, `~` has in it, `!~` has not (both without regard to case). Values with blanks stand in
/// quotes, in which `\` keeps the next character. Fields:
///
/// | field | compares |
/// |---|---|
/// | `phase`, `key`, `job`, `item` | the whole text |
/// | `kind` | one of [dev.phaseline.schemas.DeadKind]'s texts |
/// | `reason` | `=` its first line, `~` all of it |
/// | `group` | what died alike, as a list of groups names it |
/// | `error` | `=` the class of an exception in the history, with or without its package; `~` the reason, and classes and messages in the history |
/// | `tag` | `=NAME` or `=NAME:VALUE` |
/// | `state` | `open`, `queued`, `redriven`, `discarded` |
/// | `generation` | how often the item had been redriven when it died |
/// | `since`, `until` | when the letter was written: `30m`, `2h`, `7d` ago, or a date or time |
///
/// Immutable.
public final class LetterQuery {
  /// All letters.
  public static final LetterQuery ALL = new LetterQuery(List.of(), List.of());

  private final List<Term> terms;
  private final Set<LetterId> ids;

  LetterQuery(List<Term> terms, List<LetterId> ids) {
    this.terms = List.copyOf(terms);
    this.ids = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(ids));
  }

  /// How a term compares; longer signs come first, so that they are read first.
  enum Operator {
    IS_NOT("!="),
    LACKS("!~"),
    IS("="),
    HAS("~");

    private final String text;

    Operator(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }

    boolean isNegative() {
      return this == IS_NOT || this == LACKS;
    }

    boolean isWhole() {
      return this == IS || this == IS_NOT;
    }
  }

  /// One comparison. Times are absolute.
  record Term(String field, Operator operator, String value) {}

  /// Reads a query.
  ///
  /// @param now what `2h` ago is counted from
  /// @throws QuerySyntaxException pointing at the place that can't be understood
  public static LetterQuery parse(String text, Instant now) {
    return new QueryParser(text, now).parse();
  }

  /// Exactly these letters.
  public static LetterQuery of(List<LetterId> ids) {
    return new LetterQuery(List.of(), ids);
  }

  /// The fields that there are.
  public static List<String> fields() {
    return QueryParser.FIELDS;
  }

  /// The letters that are named by their ids; empty when none is.
  public Set<LetterId> ids() {
    return ids;
  }

  /// Whether it means every letter.
  public boolean isAll() {
    return terms.isEmpty() && ids.isEmpty();
  }

  /// Whether it says anything about states.
  public boolean namesStates() {
    return terms.stream().anyMatch(term -> term.field().equals("state"));
  }

  /// The phases that it asks for by name.
  public List<String> phases() {
    return terms.stream()
        .filter(term -> term.field().equals("phase") && term.operator() == Operator.IS)
        .map(Term::value)
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
    return ids.isEmpty()
        && terms.stream()
            .allMatch(
                term ->
                    switch (term.field()) {
                      case "phase", "kind" -> true;
                      case "group", "state", "since", "until" -> true;
                      // a group has the beginning of a long line
                      case "reason" ->
                          term.operator().isWhole()
                              && term.value().length() < LetterGroup.REASON_CHARS_MAX;
                      default -> false;
                    });
  }

  /// Whether letters of a group can be meant; only where [#isOfGroups].
  boolean meansGroup(LetterGroup group) {
    for (var term : terms) {
      var holds =
          switch (term.field()) {
            case "phase" -> compares(term, group.phase());
            case "kind" -> compares(term, group.kind());
            case "reason" -> compares(term, group.reason());
            case "group" -> group.id().equals(term.value()) != term.operator().isNegative();
            default -> true;
          };
      if (!holds) return false;
    }
    return true;
  }

  /// Whether a letter of such a group is meant; only where [#isOfGroups].
  boolean meansLetter(Instant at, LetterState.Status status) {
    for (var term : terms) {
      var holds =
          switch (term.field()) {
            case "state" -> compares(term, status.text());
            case "since" -> !at.isBefore(Instant.parse(term.value()));
            case "until" -> at.isBefore(Instant.parse(term.value()));
            default -> true;
          };
      if (!holds) return false;
    }
    return true;
  }

  private static boolean holds(Term term, LetterEntry entry) {
    var letter = entry.letter();
    return switch (term.field()) {
      case "phase" -> compares(term, letter.phase());
      case "kind" -> compares(term, letter.kind());
      case "key" -> compares(term, letter.keyText());
      case "job" -> compares(term, letter.job());
      case "item" -> compares(term, letter.item());
      case "state" -> compares(term, entry.state().status().text());
      case "generation" ->
          (Integer.parseInt(term.value()) == letter.generation()) != term.operator().isNegative();
      case "since" -> !letter.at().isBefore(Instant.parse(term.value()));
      case "until" -> letter.at().isBefore(Instant.parse(term.value()));
      case "reason" ->
          compares(
              term,
              term.operator().isWhole()
                  ? letter.reason().lines().findFirst().orElse("")
                  : letter.reason());
      case "group" ->
          LetterGroup.of(letter).id().equals(term.value()) != term.operator().isNegative();
      case "error" -> hasError(term, letter) != term.operator().isNegative();
      case "tag" -> hasTag(term, letter) != term.operator().isNegative();
      default -> throw new IllegalStateException("a field that is not compared: " + term);
    };
  }

  private static boolean compares(Term term, String text) {
    var alike =
        term.operator().isWhole() ? text.equals(term.value()) : contains(text, term.value());
    return alike != term.operator().isNegative();
  }

  private static boolean contains(String text, String part) {
    return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }

  private static boolean hasError(Term term, Letter letter) {
    var wanted = term.value();
    if (!term.operator().isWhole() && contains(letter.reason(), wanted)) return true;
    for (var attempt : letter.history()) {
      var name = attempt.error();
      if (term.operator().isWhole()
          ? name.equals(wanted) || name.endsWith('.' + wanted) || name.endsWith('$' + wanted)
          : contains(name, wanted) || contains(attempt.message(), wanted)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasTag(Term term, Letter letter) {
    for (var tag : letter.tags().entrySet()) {
      var both = tag.getKey() + ':' + tag.getValue();
      if (term.operator().isWhole()
          ? tag.getKey().equals(term.value()) || both.equals(term.value())
          : contains(both, term.value())) {
        return true;
      }
    }
    return false;
  }
}
