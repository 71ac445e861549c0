package dev.phaseline.ops.tracker;

import dev.phaseline.schemas.ItemHeaders;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Texts of others, as they are kept and compared.
final class Texts {
  private Texts() {}

  /// The tags of a header, by name.
  static Map<String, String> tags(@Nullable String header) {
    if (header == null) return Map.of();
    var item =
        new ItemHeaders(
            "x", ItemHeaders.ROOT, 0, 1, 0, null, null, header, 4, null, null, null, null);
    return item.tagMap();
  }

  /// Without control characters, which separate the parts of keys.
  static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
