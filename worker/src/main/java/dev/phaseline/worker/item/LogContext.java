package dev.phaseline.worker.item;

import dev.phaseline.core.engine.UserCode;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.worker.Placement;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/// Log context of a handler's thread: the item in SLF4J's MDC, under the names that [ItemLogger]
/// uses. Never anything of the payload.
final class LogContext {
  private LogContext() {}

  /// The thread goes to this attempt. What keeps the MDC is the application's logging backend: when
  /// it fails, lines say less, and the item goes on.
  static void enter(
      Placement placement, ItemHeaders headers, int attempt, @Nullable AttemptSpan span) {
    var _ = UserCode.call(Executors.callable(() -> put(placement, headers, attempt, span)));
  }

  private static void put(
      Placement placement, ItemHeaders headers, int attempt, @Nullable AttemptSpan span) {
    MDC.put("pipeline", placement.pipeline().name());
    MDC.put("phase", placement.phase());
    MDC.put("job", headers.jobId());
    MDC.put("item", headers.itemId());
    MDC.put("attempt", Integer.toString(attempt));
    if (span == null || span.traceId().isEmpty()) return;
    MDC.put("trace_id", span.traceId());
    MDC.put("span_id", span.spanId());
  }

  /// The thread goes on with another item: what a handler has put there goes too.
  static void leave() {
    var _ = UserCode.call(Executors.callable(MDC::clear));
  }
}
