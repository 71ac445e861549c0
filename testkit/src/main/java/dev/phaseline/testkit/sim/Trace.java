package dev.phaseline.testkit.sim;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// Trace of a history: the last events to read, and a hash over all of them. Two histories with the
/// same hash went the same way.
final class Trace {
  private static final int KEPT = 1_000;

  private final String[] what = new String[KEPT];
  private final long[] numbers = new long[KEPT * 5];
  private final Set<String> kinds = new TreeSet<>();
  private int count;
  private long hash = 1;

  void add(long at, String event, int lane, int partition, long offset, long number) {
    var place = count++ % KEPT;
    what[place] = event;
    var i = place * 5;
    numbers[i] = at;
    numbers[i + 1] = lane;
    numbers[i + 2] = partition;
    numbers[i + 3] = offset;
    numbers[i + 4] = number;
    hash = 31 * hash + event.hashCode();
    kinds.add(event);
    for (var k = 0; k < 5; k++) hash = hash * 0x100000001B3L + numbers[i + k];
  }

  long hash() {
    return hash;
  }

  /// The kinds of events that there were.
  Set<String> kinds() {
    return kinds;
  }

  int count() {
    return count;
  }

  /// The last events, one a line: time, lane, what, partition@offset, and a number (an attempt,
  /// say). What doesn't apply is -1 and left out.
  String tail() {
    var text = new StringBuilder();
    for (var n = Math.max(0, count - KEPT); n < count; n++) {
      var place = n % KEPT;
      var i = place * 5;
      text.append(String.format(Locale.ROOT, "%12.3f ms  ", numbers[i] / 1e6));
      text.append(numbers[i + 1] < 0 ? "        " : "lane " + pad(numbers[i + 1]));
      text.append(what[place]);
      if (numbers[i + 2] >= 0) text.append(" p").append(numbers[i + 2]);
      if (numbers[i + 3] >= 0) text.append('@').append(numbers[i + 3]);
      if (numbers[i + 4] >= 0) text.append(" #").append(numbers[i + 4]);
      text.append('\n');
    }
    return text.toString();
  }

  private static String pad(long lane) {
    return String.format(Locale.ROOT, "%-3d", lane);
  }
}
