package dev.phaseline.examples.cities;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// A name for links: `a-z`, `0-9` and single inner `-` only; empty when the name has nothing that
/// can be kept.
final class Slug {
  private static final Pattern MARKS = Pattern.compile("\\p{M}+");
  private static final Pattern APOSTROPHES = Pattern.compile("['\u2018\u2019\u02bb\u02bc]+");
  private static final Pattern REST = Pattern.compile("[^a-z0-9]+");
  private static final Pattern ENDS = Pattern.compile("^-|-$");

  /// Latin letters that do not come apart into a base letter and marks.
  private static final Map<Character, String> WHOLE =
      Map.ofEntries(
          Map.entry('ß', "ss"),
          Map.entry('æ', "ae"),
          Map.entry('œ', "oe"),
          Map.entry('ø', "o"),
          Map.entry('ł', "l"),
          Map.entry('đ', "d"),
          Map.entry('ð', "d"),
          Map.entry('þ', "th"),
          Map.entry('ħ', "h"),
          Map.entry('ı', "i"),
          Map.entry('ə', "e"));

  private Slug() {}

  static String of(String name) {
    var apart = Normalizer.normalize(name, Normalizer.Form.NFD);
    var bare = MARKS.matcher(apart).replaceAll("").toLowerCase(Locale.ROOT);
    var latin = new StringBuilder(bare.length() + 4);
    for (var i = 0; i < bare.length(); i++) {
      var letter = bare.charAt(i);
      var written = letter < 128 ? null : WHOLE.get(letter);
      if (written == null) latin.append(letter);
      else latin.append(written);
    }
    var joined = APOSTROPHES.matcher(latin).replaceAll("");
    return ENDS.matcher(REST.matcher(joined).replaceAll("-")).replaceAll("");
  }
}
