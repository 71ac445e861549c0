package dev.phaseline.ops.dead;

import dev.phaseline.ops.dead.LetterQuery.Operator;
import dev.phaseline.ops.dead.LetterQuery.Term;
import dev.phaseline.schemas.DeadKind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads a query from left to right. One use.
final class QueryParser {
  static final List<String> FIELDS =
      List.of(
          "phase",
          "kind",
          "reason",
          "group",
          "error",
          "key",
          "job",
          "item",
          "tag",
          "state",
          "generation",
          "since",
          "until");

  private static final Pattern AGO = Pattern.compile("([0-9]{1,6})(s|m|h|d|w)");
  static final List<String> KINDS = Arrays.stream(DeadKind.values()).map(DeadKind::text).toList();
  private static final List<String> STATES =
      Arrays.stream(LetterState.Status.values()).map(LetterState.Status::text).toList();

  private final String text;
  private final Instant now;
  private final List<Term> terms = new ArrayList<>();
  private final List<LetterId> ids = new ArrayList<>();
  private int at;

  QueryParser(String text, Instant now) {
    this.text = text;
    this.now = now;
  }

  LetterQuery parse() {
    for (skipBlanks(); at < text.length(); skipBlanks()) term();
    return new LetterQuery(terms, ids);
  }

  private void term() {
    var start = at;
    while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || isJoiner())) at++;
    var word = text.substring(start, at);
    var operator = operator();
    if (operator == null) {
      idOrWrong(word, start);
      return;
    }
    if (!FIELDS.contains(word)) {
      throw word.isEmpty()
          ? wrong("a field's name is missing before '" + operator.text() + "'", start)
          : new QuerySyntaxException("there is no field '" + word + "'", text, start, word, FIELDS);
    }
    var valueAt = at;
    terms.add(checked(new Term(word, operator, value()), valueAt, start));
  }

  private boolean isJoiner() {
    return text.charAt(at) == '-' || text.charAt(at) == '_';
  }

  private void idOrWrong(String word, int start) {
    var endsHere = at == text.length() || Character.isWhitespace(text.charAt(at));
    var id = endsHere ? LetterId.parse(word) : java.util.Optional.<LetterId>empty();
    if (id.isPresent()) {
      ids.add(id.get());
      return;
    }
    if (!endsHere) {
      throw wrong("expected =, !=, ~ or !~ here, not '" + text.charAt(at) + "'", at);
    }
    throw wrong(
        "'"
            + word
            + "' is neither FIELD=VALUE nor a letter's id like 0-1234 (a value with blanks"
            + " needs quotes: error~\"timed out\")",
        start);
  }

  private @Nullable Operator operator() {
    for (var operator : Operator.values()) {
      if (text.startsWith(operator.text(), at)) {
        at += operator.text().length();
        return operator;
      }
    }
    return null;
  }

  private String value() {
    if (at == text.length() || Character.isWhitespace(text.charAt(at))) {
      throw wrong("a value is missing here (an empty one is \"\")", at);
    }
    var quote = text.charAt(at);
    if (quote == '"' || quote == '\'') return quoted(quote);
    var start = at;
    while (at < text.length() && !Character.isWhitespace(text.charAt(at))) at++;
    return text.substring(start, at);
  }

  private String quoted(char quote) {
    var start = at++;
    var value = new StringBuilder();
    while (at < text.length() && text.charAt(at) != quote) {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) at++;
      value.append(text.charAt(at++));
    }
    if (at == text.length()) throw wrong("this quote is never closed", start);
    at++;
    if (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
      throw wrong("expected a blank after the closing quote", at);
    }
    return value.toString();
  }

  /// Refuses what could never match: that would look like an empty topic.
  private Term checked(Term term, int valueAt, int start) {
    switch (term.field()) {
      case "kind" -> oneOf(term, KINDS, valueAt);
      case "state" -> oneOf(term, STATES, valueAt);
      case "group" -> onlyEquals(term, true, start);
      case "generation" -> {
        onlyEquals(term, true, start);
        if (!term.value().matches("[0-9]{1,9}")) {
          throw wrong("'" + term.value() + "' is not a number", valueAt);
        }
      }
      case "since", "until" -> {
        onlyEquals(term, false, start);
        return new Term(term.field(), term.operator(), time(term.value(), valueAt).toString());
      }
      default -> {
        // any text will do
      }
    }
    return term;
  }

  private void oneOf(Term term, List<String> known, int valueAt) {
    onlyEquals(term, true, valueAt);
    if (known.contains(term.value())) return;
    throw new QuerySyntaxException(
        "there is no " + term.field() + " '" + term.value() + "'",
        text,
        valueAt,
        term.value(),
        known);
  }

  private void onlyEquals(Term term, boolean orNot, int place) {
    if (term.operator() == Operator.IS || (orNot && term.operator() == Operator.IS_NOT)) return;
    throw wrong(term.field() + " is compared with =" + (orNot ? " or !=" : "") + " only", place);
  }

  private Instant time(String value, int valueAt) {
    var ago = AGO.matcher(value);
    if (ago.matches()) {
      var number = Long.parseLong(ago.group(1));
      return now.minus(
          switch (ago.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> Duration.ofDays(Math.multiplyExact(7, number));
          });
    }
    try {
      return value.length() == 10
          ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant()
          : OffsetDateTime.parse(value).toInstant();
    } catch (DateTimeException notATime) {
      throw wrong(
          "'" + value + "' is no time: use 30m, 2h, 7d (ago), 2026-11-01 or 2026-11-01T00:00Z",
          valueAt);
    }
  }

  private QuerySyntaxException wrong(String message, int position) {
    return new QuerySyntaxException(message, text, position);
  }

  private void skipBlanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
  }
}
