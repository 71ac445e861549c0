package dev.phaseline.schemas;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// The known names that are near to a mistyped one, for the end of an error message. Pure.
public final class NearNames {
  /// More would be noise.
  public static final int SUGGESTIONS_MAX = 3;

  private NearNames() {}

  /// The known names near `typed`, nearest first; at most [#SUGGESTIONS_MAX], often none.
  public static List<String> of(String typed, Collection<String> known) {
    var wanted = typed.toLowerCase(Locale.ROOT);
    var bound = Math.max(1, wanted.length() / 3);
    return known.stream()
        .distinct()
        .filter(name -> isNear(wanted, name.toLowerCase(Locale.ROOT), bound))
        .sorted(
            Comparator.<String>comparingInt(
                    name -> EditDistance.between(wanted, name.toLowerCase(Locale.ROOT)))
                .thenComparing(Comparator.naturalOrder()))
        .limit(SUGGESTIONS_MAX)
        .toList();
  }

  /// The end of an error about an unknown name: what may have been meant, or else what there is.
  public static String remedy(String typed, Collection<String> known) {
    var near = of(typed, known);
    if (!near.isEmpty()) return "did you mean " + String.join(" or ", near) + "?";
    return known.isEmpty() ? "there are none" : "there are: " + String.join(", ", known);
  }

  private static boolean isNear(String wanted, String name, int bound) {
    var startsAlike = wanted.length() >= 2 && name.startsWith(wanted);
    return startsAlike || EditDistance.between(wanted, name) <= bound;
  }
}
