package dev.phaseline.producer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts the trace context of the calling thread into a record's headers.
final class CurrentTrace {
  private static final Logger LOG = LoggerFactory.getLogger(CurrentTrace.class);
  private static final AtomicBoolean HAS_FAILED = new AtomicBoolean();

  private CurrentTrace() {}

  /// All of it or, when the propagator fails, nothing: a job is worth more than its trace.
  static void addTo(Headers headers, OpenTelemetry traces) {
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
