package dev.phaseline.ops.query;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The reader of queries, from left to right. One use, one thread.
final class QueryParser<F extends Enum<F> & QueryField> {
  private final Vocabulary<F> vocabulary;
  private final String text;
  private final Instant now;
  private final List<Term<F>> terms = new ArrayList<>();
  private final List<String> ids = new ArrayList<>();
  private final Set<F> seen = new LinkedHashSet<>();
  private int at;

  /// A value as it was typed.
  ///
  /// @param start where it begins, a quote included
  private record Typed(String text, int start, boolean isQuoted) {}

  QueryParser(Vocabulary<F> vocabulary, String text, Instant now) {
    this.vocabulary = vocabulary;
    this.text = text;
    this.now = now;
  }

  ParsedQuery<F> parse() {
    var most = vocabulary.charsMax();
    if (text.length() > most) {
      throw wrong(
          "the query has " + text.length() + " characters, at most " + most + " are read", most);
    }
    for (skipBlanks(); at < text.length(); skipBlanks()) term();
    return new ParsedQuery<>(terms, ids);
  }

  private void term() {
    var start = at;
    while (at < text.length() && isOfName(text.charAt(at))) at++;
    var name = text.substring(start, at);
    var signAt = at;
    var comparison = comparison();
    if (comparison == null) {
      ids.add(id(name, start));
      return;
    }
    var field = field(name, comparison, start);
    if (!field.comparisons().contains(comparison)) {
      throw wrong(
          "'%s' is compared with %s only, not with %s"
              .formatted(name, Vocabulary.signs(field), comparison.text()),
          signAt);
    }
    if (!seen.add(field) && field.isOnce()) {
      throw wrong("'" + name + "' stands twice; name it once", start);
    }
    terms.add(new Term<>(field, comparison, value(field, typed(field))));
  }

  private static boolean isOfName(char c) {
    return Character.isLetterOrDigit(c) || c == '-' || c == '_';
  }

  private F field(String name, Comparison comparison, int start) {
    if (name.isEmpty()) {
      throw wrong("a field's name is missing before '" + comparison.text() + "'", start);
    }
    var found = vocabulary.find(name);
    if (found.isPresent()) return found.get();
    throw unknown("there is no field '" + name + "'", start, name, vocabulary.names());
  }

  private String id(String word, int start) {
    var endsHere = at == text.length() || Character.isWhitespace(text.charAt(at));
    var known = vocabulary.ids();
    if (endsHere && known != null && known.accepts().test(word)) return word;
    if (!endsHere) throw notASign(word);
    var needsQuotes = " (a value with blanks needs quotes: error~\"timed out\")";
    throw wrong(
        known == null
            ? "'" + word + "' is not FIELD=VALUE" + needsQuotes
            : "'%s' is neither FIELD=VALUE nor %s like %s%s"
                .formatted(word, known.name(), known.example(), needsQuotes),
        start);
  }

  private QuerySyntaxException notASign(String word) {
    var signs = vocabulary.find(word).map(Vocabulary::signs).orElse("=, !=, ~ or !~");
    return wrong("expected " + signs + " here, not '" + text.charAt(at) + "'", at);
  }

  private @Nullable Comparison comparison() {
    for (var comparison : Comparison.values()) {
      if (text.startsWith(comparison.text(), at)) {
        at += comparison.text().length();
        return comparison;
      }
    }
    return null;
  }

  private Typed typed(F field) {
    if (at == text.length() || Character.isWhitespace(text.charAt(at))) {
      var empty = field.type() instanceof ValueType.Text ? " (an empty one is \"\")" : "";
      throw wrong("a value is missing here: '" + field.text() + "' has none" + empty, at);
    }
    var quote = text.charAt(at);
    if (quote == '"' || quote == '\'') return quoted(quote);
    var start = at;
    while (at < text.length() && !Character.isWhitespace(text.charAt(at))) at++;
    return new Typed(text.substring(start, at), start, false);
  }

  private Typed quoted(char quote) {
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
    return new Typed(value.toString(), start, true);
  }

  private QueryValue value(F field, Typed typed) {
    return switch (field.type()) {
      case ValueType.Text _ -> new QueryValue.Text(typed.text());
      case ValueType.Name _ -> new QueryValue.Text(named(field, typed));
      case ValueType.Tag _ -> {
        if (typed.text().startsWith(":")) throw wrong("the tag has no name", typed.start());
        yield new QueryValue.Text(named(field, typed));
      }
      case ValueType.Whole _ -> number(typed);
      case ValueType.Time _ -> time(typed);
      case ValueType.Words(var known) -> words(field, typed, known);
    };
  }

  private String named(F field, Typed typed) {
    if (!typed.text().isEmpty()) return typed.text();
    throw wrong("'" + field.text() + "' has an empty value, which nothing has", typed.start());
  }

  private QueryValue number(Typed typed) {
    if (typed.text().matches("[0-9]{1,9}")) {
      return new QueryValue.Whole(Integer.parseInt(typed.text()));
    }
    throw wrong("'" + typed.text() + "' is not a number; use digits, at most nine", typed.start());
  }

  private QueryValue time(Typed typed) {
    return new QueryValue.Time(
        QueryTimes.read(typed.text(), now)
            .orElseThrow(
                () ->
                    wrong(
                        "'" + typed.text() + "' is no time; use " + QueryTimes.EXAMPLES,
                        typed.start())));
  }

  private QueryValue words(F field, Typed typed, List<String> known) {
    var words = new LinkedHashSet<String>();
    var start = typed.start();
    for (var word : typed.text().split(",", -1)) {
      if (!known.contains(word)) {
        throw unknown("there is no " + field.text() + " '" + word + "'", start, word, known);
      }
      words.add(word);
      // within quotes, a backslash may have moved it
      if (!typed.isQuoted()) start += word.length() + 1;
    }
    return new QueryValue.Words(words);
  }

  private QuerySyntaxException wrong(String message, int position) {
    return new QuerySyntaxException(message, text, position);
  }

  private QuerySyntaxException unknown(
      String message, int position, String unknown, List<String> known) {
    return new QuerySyntaxException(message, text, position, unknown, known);
  }

  private void skipBlanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
  }
}
