package dev.phaseline.worker.telemetry;

import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.control.Histogram;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/// Waiting and handling times of one phase in the last minute, over all lanes of the worker: the
/// lanes' counts of now, less those of a minute ago. It remembers that in steps of five seconds, so
/// a minute has 60 to 65; when nobody asked for longer than that, it begins with the last time that
/// somebody did.
///
/// Thread-safe; lanes never wait for it.
final class PhaseTimes {
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final List<LaneTimes> lanes = new CopyOnWriteArrayList<>();
  private final Deque<Counts> past = new ArrayDeque<>();

  /// Counts since the worker's start.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Counts(long atNanos, int[] waits, int[] services) {
    static Counts none(long nowNanos) {
      return new Counts(nowNanos, new int[Histogram.BUCKETS], new int[Histogram.BUCKETS]);
    }
  }

  PhaseTimes(long nowNanos) {
    past.addLast(Counts.none(nowNanos));
  }

  /// One more lane's.
  void watch(LaneTimes lane) {
    lanes.add(lane);
  }

  /// Of the last minute.
  synchronized Heartbeat.Times lastMinute(long nowNanos) {
    var now = Counts.none(nowNanos);
    for (var lane : lanes) lane.addTo(now.waits(), now.services());
    var then = then(nowNanos);
    if (nowNanos - past.getLast().atNanos() >= STEP_NANOS) past.addLast(now);
    return new Heartbeat.Times(
        since(then.waits(), now.waits()), since(then.services(), now.services()));
  }

  /// The youngest that is a minute old, or else the eldest.
  private Counts then(long nowNanos) {
    var then = past.removeFirst();
    while (!past.isEmpty() && nowNanos - past.getFirst().atNanos() >= WINDOW_NANOS) {
      then = past.removeFirst();
    }
    past.addFirst(then);
    return then;
  }

  private static Histogram since(int[] then, int[] now) {
    var counts = new long[now.length];
    for (var i = 0; i < counts.length; i++) counts[i] = Integer.toUnsignedLong(now[i] - then[i]);
    return Histogram.of(counts);
  }
}
