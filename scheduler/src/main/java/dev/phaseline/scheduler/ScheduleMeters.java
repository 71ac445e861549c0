package dev.phaseline.scheduler;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Meters of the schedules of one scheduler in its registry, if there is one; docs/metrics.md
/// describes them. Thread-safe.
final class ScheduleMeters implements AutoCloseable {
  private final @Nullable MeterRegistry registry;
  private final List<Meter> registered = new ArrayList<>();

  /// @param registry null where nothing is measured
  ScheduleMeters(@Nullable MeterRegistry registry, ScheduleCounts counts) {
    this.registry = registry;
    if (registry == null) return;
    counter(registry, "submitted", "jobs of runs", counts.submitted);
    counter(registry, "skipped", "instants without a run", counts.skipped);
    counter(registry, "buffered", "instants that waited for the end of a job", counts.buffered);
    counter(registry, "failed", "runs that ended with a dead letter", counts.failed);
    counter(registry, "malformed", "records that are not of a schedule", counts.malformed);
    registered.add(
        Gauge.builder("phaseline.schedules", counts, ScheduleCounts::schedules)
            .description("schedules of this scheduler's partitions")
            .register(registry));
    registered.add(
        Gauge.builder("phaseline.schedules.troubled", counts, ScheduleCounts::troubles)
            .description("schedules that need an operator")
            .register(registry));
    registered.add(
        Gauge.builder("phaseline.schedules.ends.missing", counts, ScheduleCounts::endless)
            .description("schedules whose jobs' ends no tracker tells")
            .register(registry));
    var lateness =
        Timer.builder("phaseline.schedules.lateness")
            .description("from due to submitted")
            .serviceLevelObjectives(TimerMeters.LATENESS_BUCKETS)
            .register(registry);
    registered.add(lateness);
    counts.lateness.tell(millis -> lateness.record(millis, TimeUnit.MILLISECONDS));
  }

  private void counter(MeterRegistry to, String name, String what, LongAdder of) {
    registered.add(
        FunctionCounter.builder("phaseline.schedules." + name, of, LongAdder::sum)
            .description(what)
            .register(to));
  }

  /// Takes everything out of the registry.
  @Override
  public void close() {
    if (registry != null) registered.forEach(registry::remove);
  }
}
