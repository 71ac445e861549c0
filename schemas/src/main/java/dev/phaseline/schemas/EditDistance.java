package dev.phaseline.schemas;

/// The number of slips of a finger between two names: one missing, one too many, one other
/// character, or two neighbours swapped (optimal string alignment). It finds the name that was
/// meant where an unknown one was given. Pure.
public final class EditDistance {
  private EditDistance() {}

  /// The distance of two names, in UTF-16 units.
  public static int between(String a, String b) {
    return between(a, b, Integer.MAX_VALUE);
  }

  /// The distance of two names, in UTF-16 units, where only small ones are of interest.
  ///
  /// @param enough a distance that is as good as any larger one
  /// @return the distance; when that is not below `enough`, any number that is not either
  public static int between(String a, String b, int enough) {
    if (Math.abs(a.length() - b.length()) >= enough) return enough;
    var rows = new int[a.length() + 1][b.length() + 1];
    for (var i = 0; i <= a.length(); i++) rows[i][0] = i;
    for (var j = 0; j <= b.length(); j++) rows[0][j] = j;
    for (var i = 1; i <= a.length(); i++) {
      for (var j = 1; j <= b.length(); j++) {
        var replaced = rows[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        rows[i][j] = Math.min(replaced, Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
        if (areSwapped(a, i, b, j)) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    }
    return rows[a.length()][b.length()];
  }

  private static boolean areSwapped(String a, int i, String b, int j) {
    return i > 1
        && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
  }
}
