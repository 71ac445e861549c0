package dev.phaseline.ops.console;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The line ends of a text that came through a page's text box, which makes all of them LF. Those
/// of the original are put back: at each line that was not touched its own, at a new one that of
/// the line above. Pure.
final class LineEnds {
  private static final Pattern END = Pattern.compile("\r\n|\r|\n");

  private LineEnds() {}

  /// A line and how it ends; the last one has no end.
  private record Line(String text, String end) {}

  /// The meaning of an edited text.
  ///
  /// @param original as the box was filled
  /// @param edited as it came back
  static String kept(String original, String edited) {
    if (original.indexOf('\r') < 0) return edited;
    var old = lines(original);
    var now = lines(edited);
    var most = Math.min(old.size(), now.size());
    var head = 0;
    while (head < most && sameText(old.get(head), now.get(head))) head++;
    var tail = 0;
    while (tail < most - head
        && sameText(old.get(old.size() - 1 - tail), now.get(now.size() - 1 - tail))) {
      tail++;
    }
    var out = new StringBuilder(original.length());
    for (var at = 0; at < now.size(); at++) {
      var line = now.get(at);
      out.append(line.text());
      if (line.end().isEmpty()) continue;
      var same = at < head || at >= now.size() - tail;
      var place = at < now.size() - tail ? at : old.size() - (now.size() - at);
      out.append(same ? old.get(place).end() : near(old, head, at));
    }
    return out.toString();
  }

  private static boolean sameText(Line one, Line other) {
    return one.text().equals(other.text()) && one.end().isEmpty() == other.end().isEmpty();
  }

  /// The ending of the line at this place, or else of the one above it.
  private static String near(List<Line> old, int head, int at) {
    for (var place = Math.min(at, old.size() - 1); place >= 0; place--) {
      var end = old.get(place).end();
      if (!end.isEmpty() && (place >= head || place == head - 1)) return end;
    }
    return old.getFirst().end();
  }

  private static List<Line> lines(String text) {
    var lines = new ArrayList<Line>();
    var ends = END.matcher(text);
    var from = 0;
    while (ends.find()) {
      lines.add(new Line(text.substring(from, ends.start()), ends.group()));
      from = ends.end();
    }
    lines.add(new Line(text.substring(from), ""));
    return lines;
  }
}
