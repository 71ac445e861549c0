package dev.phaseline.scheduler;

import dev.phaseline.schemas.reading.PassedOver;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/// Meters of one scheduler in its registry, if there is one; docs/metrics.md describes them.
/// Everything but the lateness is read from the [SchedulerCounts] when the registry is read.
/// Thread-safe.
final class TimerMeters implements AutoCloseable {
  static final Duration[] LATENESS_BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(30),
    Duration.ofMinutes(5),
    Duration.ofHours(1)
  };

  private final @Nullable MeterRegistry registry;
  private final List<Meter> registered = new ArrayList<>();
  private final @Nullable KafkaStreamsMetrics streams;

  /// @param registry null for no meters
  TimerMeters(
      @Nullable MeterRegistry registry,
      SchedulerCounts tally,
      KafkaStreams streams,
      BooleanSupplier running) {
    this.registry = registry;
    this.streams = registry == null ? null : new KafkaStreamsMetrics(streams);
    if (registry == null || this.streams == null) return;
    this.streams.bindTo(registry);
    counter(registry, "phaseline.timers.fired", "timers written to their targets", tally.fired);
    counter(registry, "phaseline.timers.replaced", "timers given another time", tally.replaced);
    counter(registry, "phaseline.timers.cancelled", "timers cancelled", tally.cancelled);
    counter(registry, "phaseline.timers.ignored", "commands without effect", tally.ignored);
    counter(registry, "phaseline.timers.dead", "records in the timers' dead topic", tally.dead);
    registered.add(
        FunctionCounter.builder("phaseline.timers.unreadable", tally.unreadable, PassedOver::count)
            .description("records passed over because they can't be read")
            .register(registry));
    registered.add(
        Gauge.builder("phaseline.timers.pending", tally, SchedulerCounts::pending)
            .description("timers that wait in this scheduler's partitions")
            .register(registry));
    registered.add(
        Gauge.builder("phaseline.scheduler.running", () -> running.getAsBoolean() ? 1 : 0)
            .description("1 while timers fire, 0 while partitions are shared out or read")
            .register(registry));
    var lateness =
        Timer.builder("phaseline.timers.lateness")
            .description("from due to written")
            .serviceLevelObjectives(LATENESS_BUCKETS)
            .register(registry);
    registered.add(lateness);
    tally.lateness.tell(millis -> lateness.record(millis, TimeUnit.MILLISECONDS));
  }

  private void counter(MeterRegistry to, String name, String what, LongAdder of) {
    registered.add(
        FunctionCounter.builder(name, of, LongAdder::sum).description(what).register(to));
  }

  /// Takes everything out of the registry.
  @Override
  public void close() {
    if (registry == null || streams == null) return;
    streams.close();
    registered.forEach(registry::remove);
  }
}
