package dev.phaseline.scheduler;

import java.time.Duration;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/// Wake-up times of a task. Kafka Streams keeps a wake-up that was cancelled until its time comes,
/// so none is cancelled: those that are there are used, and one is added only when it is earlier
/// than all of them. Owned by the thread of its task.
final class WakeUps {
  /// Kafka Streams counts in nanoseconds here and there, and clocks are set: look once in an hour.
  private static final long SLEEP_MAX_MS = 3_600_000;

  private final ProcessorContext<?, ?> context;
  private final LongConsumer wake;
  private final TreeSet<Long> times = new TreeSet<>();

  /// @param context of the task
  /// @param wake is called at the time that it is given, or later
  WakeUps(ProcessorContext<?, ?> context, LongConsumer wake) {
    this.context = context;
    this.wake = wake;
  }

  /// Asks to be woken at this time, or earlier.
  void ask(long timeMs, long nowMs) {
    var wakeMs = Math.min(Math.max(timeMs, nowMs + 1), nowMs + SLEEP_MAX_MS);
    if (!times.isEmpty() && times.first() <= wakeMs) return;
    times.add(wakeMs);
    var once = new Cancellable[1];
    once[0] =
        context.schedule(
            Duration.ofMillis(wakeMs - nowMs),
            PunctuationType.WALL_CLOCK_TIME,
            _ -> {
              once[0].cancel();
              times.remove(wakeMs);
              wake.accept(wakeMs);
            });
  }
}
