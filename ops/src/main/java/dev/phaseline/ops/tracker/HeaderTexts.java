package dev.phaseline.ops.tracker;

import dev.phaseline.schemas.ItemHeaders;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// User-supplied texts of headers, normalised for storage and comparison.
final class HeaderTexts {
  private HeaderTexts() {}

  /// The tags of a header, by name.
  static Map<String, String> tags(@Nullable String header) {
    return header == null ? Map.of() : ItemHeaders.tagsOf(header);
  }

  /// Without control characters, which separate the parts of keys.
  static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
