package dev.phaseline.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Finds what somebody who mistyped a name may have meant. Pure.
final class NearNames {
  /// More would be noise.
  static final int SUGGESTIONS_MAX = 3;

  private NearNames() {}

  /// The known names near `typed`, nearest first; at most [#SUGGESTIONS_MAX], often none.
  static List<String> of(String typed, Collection<String> known) {
    var wanted = typed.toLowerCase(Locale.ROOT);
    var bound = Math.max(1, wanted.length() / 3);
    return known.stream()
        .distinct()
        .filter(name -> isNear(wanted, name.toLowerCase(Locale.ROOT), bound))
        .sorted(
            Comparator.<String>comparingInt(name -> distance(wanted, name.toLowerCase(Locale.ROOT)))
                .thenComparing(Comparator.naturalOrder()))
        .limit(SUGGESTIONS_MAX)
        .toList();
  }

  /// The end of an error about an unknown name: what may have been meant, or else what there is.
  static String remedy(String typed, Collection<String> known) {
    var near = of(typed, known);
    if (!near.isEmpty()) return "did you mean " + String.join(" or ", near) + "?";
    return known.isEmpty() ? "there are none" : "there are: " + String.join(", ", known);
  }

  private static boolean isNear(String wanted, String name, int bound) {
    var startsAlike = wanted.length() >= 2 && name.startsWith(wanted);
    return startsAlike || distance(wanted, name) <= bound;
  }

  /// Edit distance in which two swapped neighbours count once: the commonest slip there is.
  static int distance(String a, String b) {
    var rows = new int[a.length() + 1][b.length() + 1];
    for (var i = 0; i <= a.length(); i++) rows[i][0] = i;
    for (var j = 0; j <= b.length(); j++) rows[0][j] = j;
    for (var i = 1; i <= a.length(); i++) {
      for (var j = 1; j <= b.length(); j++) {
        var substituted = rows[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        var best = Math.min(substituted, Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
        var swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        rows[i][j] = swapped ? Math.min(best, rows[i - 2][j - 2] + 1) : best;
      }
    }
    return rows[a.length()][b.length()];
  }
}
