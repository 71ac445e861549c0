package dev.phaseline.queue.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Meters of queue workers in a registry of Micrometer, which is optional: no other class needs it.
/// docs/queue.md has their names. Workers that share this object share the meters of a queue, each
/// of which is there from the start of the first run, at zero. Thread-safe.
public final class QueueMeters implements AutoCloseable {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10),
    Duration.ofMinutes(1),
    Duration.ofMinutes(10)
  };

  private final MeterRegistry registry;
  private final Map<String, OfQueue> queues = new ConcurrentHashMap<>();

  private QueueMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /// Meters in this registry.
  public static QueueMeters of(MeterRegistry registry) {
    return new QueueMeters(registry);
  }

  /// The meters of one queue.
  WorkObserver of(String queue) {
    return queues.computeIfAbsent(queue, name -> new OfQueue(registry, name));
  }

  /// Takes the meters out of the registry.
  @Override
  public void close() {
    queues.values().forEach(one -> one.all.forEach(registry::remove));
    queues.clear();
  }

  private static final class OfQueue implements WorkObserver {
    private final List<Meter> all = new ArrayList<>();
    private final Map<WorkResult, Counter> results = new EnumMap<>(WorkResult.class);
    private final AtomicInteger running = new AtomicInteger();
    private final Timer handler;

    OfQueue(MeterRegistry registry, String queue) {
      var tags = Tags.of("queue", queue);
      for (var result : WorkResult.values()) {
        var counter =
            Counter.builder("phaseline.queue.items")
                .description("deliveries, by what became of them")
                .tags(tags.and("outcome", result.name().toLowerCase(Locale.ROOT)))
                .register(registry);
        results.put(result, counter);
        all.add(counter);
      }
      handler =
          Timer.builder("phaseline.queue.handler")
              .description("one run of a handler")
              .tags(tags)
              .serviceLevelObjectives(BUCKETS)
              .register(registry);
      all.add(handler);
      all.add(
          Gauge.builder("phaseline.queue.running", running, AtomicInteger::get)
              .description("items in hand")
              .tags(tags)
              .register(registry));
    }

    @Override
    public void started() {
      running.incrementAndGet();
    }

    @Override
    public void handled(long nanos) {
      handler.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void ended() {
      running.decrementAndGet();
    }

    @Override
    public void counted(WorkResult result) {
      var counter = results.get(result);
      if (counter != null) counter.increment();
    }
  }
}
