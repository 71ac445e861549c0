package dev.phaseline.ops.query;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The fields that queries about one kind of thing can name. The grammar is the same in all:
/// `docs/queries.md`. Immutable.
///
/// @param <F> the fields
/// @param fields in the order of the help
/// @param ids what may stand without a field; null for nothing
/// @param charsMax the longest query
/// @param example a query with a value in quotes
public record Vocabulary<F extends Enum<F> & QueryField>(
    List<F> fields, @Nullable Ids ids, int charsMax, String example) {
  private static final int NAME_COLUMNS = 14;
  private static final int HELP_COLUMNS = 80;

  private static final Comparator<Comparison> READING_ORDER =
      Comparator.comparing(Comparison::isWhole).reversed().thenComparing(Comparison::isNegative);

  public Vocabulary {
    fields = List.copyOf(fields);
  }

  /// Reads a query.
  ///
  /// @param now the time from which `2h` is counted back
  /// @throws QuerySyntaxException with the place that can't be read
  public ParsedQuery<F> parse(String text, Instant now) {
    return new QueryParser<>(this, text, now).parse();
  }

  /// The names of the fields.
  public List<String> names() {
    return fields.stream().map(QueryField::text).toList();
  }

  Optional<F> find(String name) {
    return fields.stream().filter(field -> field.text().equals(name)).findFirst();
  }

  /// The grammar in a few sentences, for a command's help.
  public String grammar() {
    return "A query is made of terms with blanks between them, and all of them must hold: "
        + signs()
        + ". Of words with commas between them, one must fit. Values with blanks stand in quotes,"
        + " and the whole in those of the shell: '"
        + example
        + "'."
        + (ids == null ? "" : " Ids (" + ids.example() + ") are alternatives.");
  }

  private String signs() {
    var used = EnumSet.noneOf(Comparison.class);
    fields.forEach(field -> used.addAll(field.comparisons()));
    var words = new ArrayList<String>();
    if (used.contains(Comparison.IS)) words.add("FIELD=VALUE is");
    if (used.contains(Comparison.IS_NOT)) words.add("!= is not");
    if (used.contains(Comparison.HAS)) words.add("~ has in it");
    if (used.contains(Comparison.LACKS)) words.add("!~ has not");
    return String.join(", ", words) + " (~ without regard to case)";
  }

  /// A line or more for each field, at most 80 columns wide, for a command's help. A field that
  /// takes one sign is shown with it.
  public List<String> help() {
    var lines = new ArrayList<String>();
    for (var field : fields) lines.addAll(help(field));
    return lines;
  }

  private List<String> help(F field) {
    var sign = field.comparisons().size() == 1 ? field.comparisons().iterator().next().text() : "";
    var lines = new ArrayList<String>();
    var line = new StringBuilder("  " + field.text() + sign);
    line.repeat(" ", Math.max(1, NAME_COLUMNS - line.length()));
    var isEmpty = true;
    for (var word : (meaning(field) + onlySome(field)).split(" ", -1)) {
      if (!isEmpty && line.length() + 1 + word.length() > HELP_COLUMNS) {
        lines.add(line.toString());
        line = new StringBuilder(" ".repeat(NAME_COLUMNS));
        isEmpty = true;
      }
      line.append(isEmpty ? "" : " ").append(word);
      isEmpty = false;
    }
    lines.add(line.toString());
    return lines;
  }

  /// The meaning of a field, with the values that it takes.
  public static String meaning(QueryField field) {
    return switch (field.type()) {
      case ValueType.Words(var known) -> String.join(", ", known) + ": " + field.help();
      case ValueType.Tag _ -> field.help() + ": NAME, or NAME:VALUE";
      case ValueType.Time _ -> field.help() + ": " + QueryTimes.EXAMPLES;
      case ValueType.Text _, ValueType.Name _, ValueType.Whole _ -> field.help();
    };
  }

  private static String onlySome(QueryField field) {
    var signs = field.comparisons();
    if (signs.size() == 1 || signs.size() == Comparison.values().length) return "";
    return " (" + signs(field) + " only)";
  }

  /// The signs that a field takes, in words.
  static String signs(QueryField field) {
    var texts = field.comparisons().stream().sorted(READING_ORDER).map(Comparison::text).toList();
    var last = texts.getLast();
    if (texts.size() == 1) return last;
    return String.join(", ", texts.subList(0, texts.size() - 1)) + " or " + last;
  }
}
