package dev.phaseline.worker;

import dev.phaseline.schemas.HeaderNames;
import java.util.Set;
import org.apache.kafka.common.header.Headers;

/// The headers of a record that are somebody else's: they travel with the item through every phase,
/// untouched, because a tracing or routing tool may rest on them.
final class ForeignHeaders {
  private static final Set<String> OURS =
      Set.of(
          HeaderNames.JOB,
          HeaderNames.ITEM,
          HeaderNames.SIBLINGS,
          HeaderNames.ATTEMPT,
          HeaderNames.GENERATION,
          HeaderNames.DEADLINE,
          HeaderNames.SUBMITTED,
          HeaderNames.TAGS,
          HeaderNames.PRIORITY,
          HeaderNames.PARENT,
          HeaderNames.REASON,
          HeaderNames.KIND,
          HeaderNames.PHASE,
          HeaderNames.ENDED,
          HeaderNames.HISTORY,
          HeaderNames.FIRST_START,
          HeaderNames.TRACE_PARENT,
          HeaderNames.TRACE_STATE);

  private ForeignHeaders() {}

  /// Adds them to `to`, in their order, repeated ones repeatedly.
  static <H extends Headers> H copy(Headers from, H to) {
    for (var header : from) if (!OURS.contains(header.key())) to.add(header);
    return to;
  }
}
