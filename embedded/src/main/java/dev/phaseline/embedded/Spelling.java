package dev.phaseline.embedded;

import java.util.Collection;
import java.util.Optional;

/// Finds what a misspelled name was meant to be. Kafka takes properties that it does not know,
/// because plugins bring their own; so only a name that is nearly one of Kafka's is an error.
final class Spelling {
  private static final int EDITS_MAX = 2;

  private Spelling() {}

  /// The known name that `name` nearly is; empty when it is one, or resembles none.
  static Optional<String> nearest(String name, Collection<String> known) {
    if (known.contains(name)) return Optional.empty();
    return known.stream()
        .filter(one -> Math.abs(one.length() - name.length()) <= EDITS_MAX)
        .filter(one -> edits(one, name) <= EDITS_MAX)
        .findFirst();
  }

  /// How many characters must be inserted, deleted or replaced to make one of the other.
  private static int edits(String a, String b) {
    var above = new int[b.length() + 1];
    for (var j = 0; j <= b.length(); j++) above[j] = j;
    for (var i = 1; i <= a.length(); i++) {
      var row = new int[b.length() + 1];
      row[0] = i;
      for (var j = 1; j <= b.length(); j++) {
        var replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[b.length()];
  }
}
