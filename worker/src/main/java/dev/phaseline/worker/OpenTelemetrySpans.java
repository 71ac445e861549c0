package dev.phaseline.worker;

import io.opentelemetry.api.OpenTelemetry;
import org.jspecify.annotations.Nullable;

/// The instance of OpenTelemetry to which the spans of attempts go. A type of its own, because
/// OpenTelemetry is optional: without it every other class of the worker can be loaded, and looked
/// at by frameworks that list methods. Thread-safe, as the instance is.
public final class OpenTelemetrySpans {
  private final OpenTelemetry openTelemetry;

  private OpenTelemetrySpans(OpenTelemetry openTelemetry) {
    this.openTelemetry = openTelemetry;
  }

  /// Spans by this instance. It stays the caller's, who closes it after the worker.
  public static OpenTelemetrySpans of(OpenTelemetry openTelemetry) {
    return new OpenTelemetrySpans(openTelemetry);
  }

  /// The instance.
  public OpenTelemetry openTelemetry() {
    return openTelemetry;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OpenTelemetrySpans that && openTelemetry.equals(that.openTelemetry);
  }

  @Override
  public int hashCode() {
    return openTelemetry.hashCode();
  }

  @Override
  public String toString() {
    return "OpenTelemetrySpans[" + openTelemetry.getClass().getSimpleName() + ']';
  }
}
