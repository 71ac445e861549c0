package dev.phaseline.worker;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/// The registry of Micrometer in which a worker measures. A type of its own, because Micrometer is
/// optional: without it every other class of the worker can be loaded, and looked at by frameworks
/// that list methods. Thread-safe, as the registry is.
public final class MicrometerMeters {
  private final MeterRegistry registry;

  private MicrometerMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /// Meters in this registry. It takes one worker for each phase; closing the worker takes its
  /// meters out again.
  public static MicrometerMeters of(MeterRegistry registry) {
    return new MicrometerMeters(registry);
  }

  /// The registry.
  public MeterRegistry registry() {
    return registry;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MicrometerMeters that && registry.equals(that.registry);
  }

  @Override
  public int hashCode() {
    return registry.hashCode();
  }

  @Override
  public String toString() {
    return "MicrometerMeters[" + registry.getClass().getSimpleName() + ']';
  }
}
