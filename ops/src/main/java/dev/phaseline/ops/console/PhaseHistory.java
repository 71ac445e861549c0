package dev.phaseline.ops.console;

import dev.phaseline.ops.tracker.PhaseView;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Samples of each phase's last half hour, one every five seconds, so that a newly opened page has
/// its charts. In memory, about 50 KB for a phase. Thread-safe.
final class PhaseHistory {
  static final int SAMPLES_MAX = 360;
  static final long EVERY_MS = 5_000;

  private final Map<String, Deque<Sample>> phases = new LinkedHashMap<>();
  private long lastMs;

  /// @param p50 in milliseconds; -1 when nothing went on
  private record Sample(long atMs, double in, double out, long waiting, long p50, long p99) {}

  /// Keeps a sample when it is time for one.
  synchronized void add(Instant now, List<PhaseView> views) {
    if (now.toEpochMilli() - lastMs < EVERY_MS) return;
    lastMs = now.toEpochMilli();
    for (var view : views) {
      var samples =
          phases.computeIfAbsent(view.pipeline() + '.' + view.phase(), _ -> new ArrayDeque<>());
      samples.addLast(
          new Sample(
              lastMs,
              view.inPerSecond(),
              view.outPerSecond(),
              view.waiting(),
              view.stayIfKnown().map(stay -> stay.p50().toMillis()).orElse(-1L),
              view.stayIfKnown().map(stay -> stay.p99().toMillis()).orElse(-1L)));
      if (samples.size() > SAMPLES_MAX) samples.removeFirst();
    }
  }

  synchronized OverviewJson.History json() {
    var out = new LinkedHashMap<String, List<List<Number>>>();
    phases.forEach(
        (name, samples) -> {
          var rows = new ArrayList<List<Number>>();
          for (var one : samples) {
            rows.add(List.of(one.atMs(), one.in(), one.out(), one.waiting(), one.p50(), one.p99()));
          }
          out.put(name, rows);
        });
    return new OverviewJson.History(
        EVERY_MS,
        List.of("at", "inPerSecond", "outPerSecond", "waiting", "stayP50Ms", "stayP99Ms"),
        out);
  }
}
