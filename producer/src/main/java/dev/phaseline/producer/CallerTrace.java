package dev.phaseline.producer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The trace context of the thread that submits a job, by OpenTelemetry. A type of its own, because
/// OpenTelemetry is optional: no other class of the client names it, so without it all of them can
/// be loaded, and looked at by frameworks that list their methods. Thread-safe.
public final class CallerTrace {
  private static final Logger LOG = LoggerFactory.getLogger(CallerTrace.class);
  private static final AtomicBoolean HAS_FAILED = new AtomicBoolean();

  private final OpenTelemetry traces;

  private CallerTrace(OpenTelemetry traces) {
    this.traces = traces;
  }

  /// The context that is current where a job is submitted, as the propagators of this instance
  /// write it.
  @SuppressWarnings("exports") // who calls this has the module of its argument already
  public static CallerTrace of(OpenTelemetry openTelemetry) {
    return new CallerTrace(openTelemetry);
  }

  /// All of it or, when the propagator fails, nothing: a job is worth more than its trace.
  void addTo(Headers headers) {
    try {
      var found = new RecordHeaders();
      traces
          .getPropagators()
          .getTextMapPropagator()
          .inject(
              Context.current(),
              found,
              (to, name, value) -> found.add(name, value.getBytes(UTF_8)));
      for (var header : found) headers.add(header);
    } catch (Throwable broken) { // whatever it is, the job goes without
      if (HAS_FAILED.compareAndSet(false, true)) {
        LOG.warn(
            "the propagator failed: jobs are submitted without trace context: {}: {}",
            broken.getClass().getName(),
            JobRecords.oneLine(broken));
      }
    }
  }
}
