package dev.phaseline.core.engine;

import dev.phaseline.core.FailureOptions.Outage;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Classifier of failures as an outage or as poison: when enough keys fail alike within a while and
/// hardly anything succeeds between the first and the last of them, it is not the items' fault.
/// Pure, and bounded in memory however many failures there are. Owned by the lane.
final class FailureJudge {
  /// More sorts of failures than this at a time are not told apart: the one that was seen least
  /// lately is forgotten.
  static final int SORTS_MAX = 16;

  private static final int FRAMES_COMPARED = 3;
  private static final int FINGERPRINT_CHARS_MAX = 600;
  private static final Pattern IDS = Pattern.compile("\"[^\"]*\"|`[^`]*`|[\\w.-]*\\d[\\w.-]*");

  /// One key's latest failure of a sort, and how many successes there had been by then.
  private record Witness(long atNanos, long successes) {}

  private final Outage rule;
  private final long windowNanos;
  private final long successesMax;
  private final Map<String, LinkedHashMap<Long, Witness>> bySort =
      new LinkedHashMap<>(SORTS_MAX, 0.75f, true);
  private final Set<String> inForce = new HashSet<>();
  private long successes;
  private long sinceNanos;
  private int rests;

  FailureJudge(Outage rule) {
    this.rule = rule;
    this.windowNanos = Nanos.of(rule.window());
    this.successesMax = (long) (rule.keysMin() * rule.successShareMax());
  }

  /// Fingerprint that like failures share: the exception's class, its message without numbers, ids
  /// and what stands in quotes, and its first frames.
  static String fingerprint(Failure failure) {
    var said = failure.said();
    var text = new StringBuilder(failure.kind().name()).append('|').append(said.error());
    text.append('|').append(said.message());
    for (var frame : said.stack().subList(0, Math.min(FRAMES_COMPARED, said.stack().size()))) {
      text.append('|').append(frame);
    }
    var plain = IDS.matcher(text).replaceAll("#");
    return plain.substring(0, Math.min(plain.length(), FINGERPRINT_CHARS_MAX));
  }

  boolean isOn() {
    return rule.isOn();
  }

  /// An attempt has succeeded.
  void succeeded() {
    successes++;
  }

  /// Hears one more failure.
  ///
  /// @param key of the item: one key counts once, whatever it does
  /// @return whether that makes it an outage, which is in force from here on
  boolean failed(long now, String sort, long key) {
    var witnesses = bySort.computeIfAbsent(sort, _ -> new LinkedHashMap<>());
    if (bySort.size() > SORTS_MAX) bySort.remove(bySort.keySet().iterator().next());
    witnesses.remove(key); // so that the eldest is the first
    witnesses.put(key, new Witness(now, successes));
    if (witnesses.size() > rule.keysMin()) witnesses.remove(witnesses.keySet().iterator().next());
    var eldest = witnesses.values().iterator().next();
    var alike =
        witnesses.size() >= rule.keysMin()
            && now - eldest.atNanos() <= windowNanos
            && successes - eldest.successes() <= successesMax;
    if (!alike) return false;
    if (inForce.isEmpty()) sinceNanos = now;
    if (inForce.size() < SORTS_MAX) inForce.add(sort);
    bySort.remove(sort);
    return true;
  }

  /// Whether failures of this sort are known to be the outage's, not the items'.
  boolean isInForce(String sort) {
    return inForce.contains(sort);
  }

  /// Whether attempts have been spared for as long as they may be.
  boolean isOverdue(long now) {
    return now - sinceNanos > Nanos.of(rule.spareMax());
  }

  /// Time for which the phase rests now: twice that of the last time, and up to a quarter more by
  /// chance, so that lanes do not probe in step.
  long restNanos(double chance) {
    var doublings = Math.min(rests++, 30);
    var min = Nanos.of(rule.probeMin());
    var max = Nanos.of(rule.probeMax());
    var rest = min > max >> doublings ? max : min << doublings;
    return rest + (long) (rest / 4.0 * chance);
  }

  /// The phase works again, at full speed.
  void over() {
    inForce.clear();
    rests = 0;
  }
}
