package dev.phaseline.cli.progress;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// Rate at which each phase ends its items, over the last [#WINDOW]: long enough not to flicker,
/// short enough to forget a slow start. Not thread-safe.
public final class Speed {
  /// The time over which it averages.
  public static final Duration WINDOW = Duration.ofSeconds(5);

  private static final Duration LEAST = Duration.ofMillis(500);

  private record Sample(Duration at, long ended) {}

  private final Map<String, Deque<Sample>> samples = new HashMap<>();

  /// Takes note of a view. Views come in the order of their time.
  public void add(View view) {
    for (var phase : view.phases()) {
      var kept = samples.computeIfAbsent(phase.name(), _ -> new ArrayDeque<>());
      kept.addLast(new Sample(view.elapsed(), phase.ended()));
      // One sample at or before the window's edge stays: the window is then always full.
      while (kept.size() > 2 && !isInside(second(kept), view.elapsed())) kept.removeFirst();
    }
  }

  /// Items a second; empty when too little time has been seen.
  public OptionalDouble perSecond(String phase) {
    var kept = samples.get(phase);
    if (kept == null || kept.size() < 2) return OptionalDouble.empty();
    var span = kept.getLast().at().minus(kept.getFirst().at());
    if (span.compareTo(LEAST) < 0) return OptionalDouble.empty();
    var ended = kept.getLast().ended() - kept.getFirst().ended();
    return OptionalDouble.of(ended * 1e9 / span.toNanos());
  }

  /// Seconds until the phase has no item left, at this speed; empty when it stands still or nothing
  /// is known.
  public OptionalLong secondsLeft(PhaseCounts phase) {
    if (phase.remaining() == 0) return OptionalLong.of(0);
    var speed = perSecond(phase.name());
    if (speed.isEmpty() || speed.getAsDouble() <= 0) return OptionalLong.empty();
    return OptionalLong.of((long) Math.ceil(phase.remaining() / speed.getAsDouble()));
  }

  private static boolean isInside(Sample sample, Duration now) {
    return sample.at().compareTo(now.minus(WINDOW)) > 0;
  }

  private static Sample second(Deque<Sample> kept) {
    var each = kept.iterator();
    each.next();
    return each.next();
  }
}
