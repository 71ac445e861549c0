package dev.phaseline.ops.query;

import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/// A comparison of one field with a value. Immutable.
///
/// @param <F> the vocabulary's fields
public record Term<F extends Enum<F> & QueryField>(
    F field, Comparison comparison, QueryValue value) {

  /// Whether the comparison is one of those that hold where the value does not fit.
  public boolean isNegative() {
    return comparison.isNegative();
  }

  /// Whether the comparison is with the whole text.
  public boolean isWhole() {
    return comparison.isWhole();
  }

  /// The value of a field that takes text.
  public String text() {
    if (value instanceof QueryValue.Text(var text)) return text;
    throw another("text");
  }

  /// The value of a field that takes numbers.
  public int number() {
    if (value instanceof QueryValue.Whole(var number)) return number;
    throw another("a number");
  }

  /// The value of a field that takes times.
  public Instant time() {
    if (value instanceof QueryValue.Time(var at)) return at;
    throw another("a time");
  }

  /// The alternatives of a field that takes words.
  public Set<String> words() {
    if (value instanceof QueryValue.Words(var words)) return words;
    throw another("words");
  }

  /// Whether the term holds for a text that the field has.
  public boolean holdsFor(String actual) {
    var fits =
        switch (value) {
          case QueryValue.Words(var words) -> words.contains(actual);
          case QueryValue.Text(var text) ->
              isWhole() ? actual.equals(text) : contains(actual, text);
          case QueryValue.Whole _, QueryValue.Time _ -> throw another("text");
        };
    return fits != isNegative();
  }

  /// Whether a text has another in it, without regard to case.
  public static boolean contains(String text, String part) {
    return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }

  private IllegalStateException another(String wanted) {
    return new IllegalStateException(field.text() + " takes no such value: " + wanted);
  }
}
