package dev.phaseline.worker.telemetry;

import dev.phaseline.core.engine.UserCode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts what Kafka's clients measure of themselves into the worker's registry, for as long as each
/// client lives. One thread for all of them looks now and then for what they have begun to measure
/// since. Thread-safe.
public final class ClientMeters implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClientMeters.class);
  private static final Duration REFRESH = Duration.ofSeconds(15);

  private final @Nullable MeterRegistry registry;
  private final @Nullable ScheduledExecutorService refresher;

  /// @param registry null when nobody wants to know
  ClientMeters(@Nullable MeterRegistry registry) {
    this.registry = registry;
    this.refresher =
        registry == null
            ? null
            : Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("kafka-client-meters").factory());
  }

  /// Closing what is returned takes the client's meters out again.
  public Closeable bind(Producer<byte[], byte[]> producer) {
    if (registry == null || refresher == null) return () -> {};
    return bound(new KafkaClientMetrics(producer, Tags.empty(), refresher, REFRESH), registry);
  }

  /// Closing what is returned takes the client's meters out again.
  public Closeable bind(Consumer<byte[], byte[]> consumer) {
    if (registry == null || refresher == null) return () -> {};
    return bound(new KafkaClientMetrics(consumer, Tags.empty(), refresher, REFRESH), registry);
  }

  private static Closeable bound(KafkaClientMetrics metrics, MeterRegistry registry) {
    guarded("take in a client's meters", () -> metrics.bindTo(registry));
    return metrics::close;
  }

  /// Runs work on the registry, which is the application's code: when it fails, numbers are missing
  /// and nothing else is.
  static void guarded(String what, Runnable work) {
    var answer = UserCode.call(Executors.callable(work));
    if (answer instanceof UserCode.Answer.Threw<?>(var thrown)) {
      LOG.warn("the meter registry can't {}: {}", what, thrown.inWords());
    }
  }

  /// Takes a client's meters out.
  public static void close(@Nullable Closeable bound) {
    if (bound == null) return;
    guarded(
        "let go of a client's meters",
        () -> {
          try {
            bound.close();
          } catch (IOException never) {
            throw new UncheckedIOException(never);
          }
        });
  }

  @Override
  public void close() {
    if (refresher == null) return;
    refresher.shutdownNow();
    try {
      var _ = refresher.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
