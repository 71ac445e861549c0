package dev.phaseline.outbox;

import java.util.ArrayList;
import java.util.List;

/// Ids of rows as text, in ascending order, those that follow each other as a range: `17,19-24`.
/// Stateless.
final class RowIds {
  /// More rows are in no batch.
  static final int MAX = 100_000;

  private RowIds() {}

  /// @param ids ascending
  static String text(List<Long> ids) {
    var text = new StringBuilder();
    for (var at = 0; at < ids.size(); ) {
      var last = at;
      while (last + 1 < ids.size() && ids.get(last + 1) == ids.get(last) + 1) last++;
      if (!text.isEmpty()) text.append(',');
      text.append(ids.get(at));
      if (last > at) text.append('-').append(ids.get(last));
      at = last + 1;
    }
    return text.toString();
  }

  /// @throws IllegalArgumentException when it is not such a text, or of more than [#MAX] ids
  static List<Long> read(String text) {
    var ids = new ArrayList<Long>();
    if (text.isEmpty()) return ids;
    for (var range : text.split(",", -1)) {
      var dash = range.indexOf('-', 1);
      var first = Long.parseLong(dash < 0 ? range : range.substring(0, dash));
      var last = dash < 0 ? first : Long.parseLong(range.substring(dash + 1));
      if (last < first || last - first >= MAX - ids.size()) {
        throw new IllegalArgumentException("no range of row ids: " + first + " to " + last);
      }
      for (var id = first; id <= last; id++) ids.add(id);
    }
    return ids;
  }
}
