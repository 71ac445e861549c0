package dev.phaseline.worker.item;

import dev.phaseline.schemas.HeaderNames;
import java.util.Set;
import org.apache.kafka.common.header.Headers;

/// Headers of a record that are not Phaseline's: they travel with the item through every phase,
/// untouched, because a tracing or routing tool may rest on them.
final class ForeignHeaders {
  private static final Set<String> OURS =
      Set.of(
          HeaderNames.JOB,
          HeaderNames.ITEM,
          HeaderNames.SIBLINGS,
          HeaderNames.ATTEMPT,
          HeaderNames.GENERATION,
          HeaderNames.VERSION,
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
          HeaderNames.LETTER_TOPIC,
          HeaderNames.FINISHED,
          HeaderNames.COMPENSATING,
          HeaderNames.REROUTES,
          HeaderNames.TRACE_PARENT,
          HeaderNames.TRACE_STATE);

  private ForeignHeaders() {}

  /// Adds them to `to`, in their order, repeated ones repeatedly.
  static <H extends Headers> H copy(Headers from, H to) {
    for (var header : from) if (!OURS.contains(header.key())) to.add(header);
    return to;
  }

  /// Adds what an item takes along to its next record, as it is: everything but what was true of
  /// the record before, and the version. The same objects serve again, because making them anew for
  /// each hop cost a worker a tenth of its time.
  ///
  /// @return whether the job's id was among it
  static boolean carryOn(Headers from, Headers to) {
    var named = false;
    for (var header : from) {
      switch (header.key()) {
        case HeaderNames.ATTEMPT,
            HeaderNames.HISTORY,
            HeaderNames.FIRST_START,
            HeaderNames.VERSION,
            HeaderNames.PARENT,
            HeaderNames.LETTER_TOPIC,
            HeaderNames.FINISHED,
            HeaderNames.COMPENSATING,
            HeaderNames.REROUTES,
            HeaderNames.REASON,
            HeaderNames.KIND,
            HeaderNames.PHASE,
            HeaderNames.ENDED -> {
          // the next record begins anew
        }
        case HeaderNames.JOB -> {
          named = true;
          to.add(header);
        }
        default -> to.add(header);
      }
    }
    return named;
  }
}
