package dev.phaseline.outbox;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// The registry of Micrometer in which a relay measures. A type of its own, because Micrometer is
/// optional: without it every other class of the module can be loaded. Thread-safe, as the registry
/// is.
public final class OutboxMeters {
  private static final Duration DELAY_MIN = Duration.ofMillis(1);
  private static final Duration DELAY_MAX = Duration.ofMinutes(10);

  private final MeterRegistry registry;

  private OutboxMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /// Meters in this registry. It takes one relay for each outbox; closing the relay takes its
  /// meters out again.
  public static OutboxMeters of(MeterRegistry registry) {
    return new OutboxMeters(registry);
  }

  /// Registers the meters of a relay.
  RelayObserver observe(String outbox, RelayProgress progress) {
    var meters = new ArrayList<Meter>();
    meters.add(
        count(outbox, "published", "rows that were published", progress, RelayStatus::published));
    meters.add(
        count(
            outbox, "batches", "transactions that published rows", progress, RelayStatus::batches));
    meters.add(gauge(outbox, "waiting.rows", "rows that wait", progress, RelayStatus::waiting));
    meters.add(
        gauge(
            outbox,
            "held.topics",
            "topics whose rows can't be published now",
            progress,
            status -> status.held().size()));
    meters.add(
        gauge(
            outbox,
            "publishing",
            "1 while this relay publishes",
            progress,
            status -> status.state() == RelayStatus.State.PUBLISHING ? 1 : 0));
    meters.add(
        gauge(
            outbox,
            "troubled",
            "1 while something holds rows up",
            progress,
            status -> status.condition().isEmpty() && status.held().isEmpty() ? 0 : 1));
    meters.add(
        Gauge.builder("phaseline.outbox.lag", progress, it -> it.oldest().toMillis() / 1_000.0)
            .baseUnit("seconds")
            .description("age of the oldest row that waits")
            .tag("outbox", outbox)
            .register(registry));
    var delay =
        Timer.builder("phaseline.outbox.delay")
            .description("from the submission of a row until it was published")
            .tag("outbox", outbox)
            .publishPercentileHistogram()
            .minimumExpectedValue(DELAY_MIN)
            .maximumExpectedValue(DELAY_MAX)
            .register(registry);
    meters.add(delay);
    return observer(delay, meters);
  }

  private RelayObserver observer(Timer delay, List<Meter> meters) {
    return new RelayObserver() {
      @Override
      public void published(long delayMs) {
        delay.record(delayMs, TimeUnit.MILLISECONDS);
      }

      @Override
      public void close() {
        meters.forEach(registry::remove);
      }
    };
  }

  private Meter count(
      String outbox,
      String name,
      String about,
      RelayProgress progress,
      ToDoubleFunction<RelayStatus> value) {
    return FunctionCounter.builder(
            "phaseline.outbox." + name, progress, it -> value.applyAsDouble(it.status()))
        .description(about)
        .tag("outbox", outbox)
        .register(registry);
  }

  private Meter gauge(
      String outbox,
      String name,
      String about,
      RelayProgress progress,
      ToDoubleFunction<RelayStatus> value) {
    return Gauge.builder(
            "phaseline.outbox." + name, progress, it -> value.applyAsDouble(it.status()))
        .description(about)
        .tag("outbox", outbox)
        .register(registry);
  }
}
