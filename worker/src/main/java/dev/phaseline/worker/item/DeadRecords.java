package dev.phaseline.worker.item;

import dev.phaseline.core.DeadKind;
import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.DeadLetters;
import dev.phaseline.core.engine.Failure;
import dev.phaseline.core.engine.Item;
import dev.phaseline.core.engine.ItemHistory;
import dev.phaseline.core.engine.Settlement;
import dev.phaseline.core.run.LetterCause;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemIdentity;
import dev.phaseline.schemas.RecordRef;
import dev.phaseline.schemas.RecordSize;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.worker.Placement;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// Writes dead letters: the record as it came (key, value and headers untouched, but for the trace
/// context where there are spans), and beside it why, where, and every attempt. Thread-safe.
public final class DeadRecords implements DeadLetters {
  private static final int REASON_CHARS_MAX = 1_000;

  private final Placement placement;
  private final PhaseMark mark;
  private final TopicNames topics;
  private final AttemptHistory history;
  private final @Nullable LaneSpans spans;

  public DeadRecords(
      Placement placement,
      PhaseMark mark,
      TopicNames topics,
      AttemptHistory history,
      @Nullable LaneSpans spans) {
    this.placement = placement;
    this.mark = mark;
    this.topics = topics;
    this.history = history;
    this.spans = spans;
  }

  @Override
  public Settlement of(ItemHistory attempted, Failure.Kind kind, String reason) {
    var attempts = history.of(attempted);
    var asked = attempted.lastFailure();
    if (kind == Failure.Kind.UNDECIDED && asked != null) {
      var both = asked.butItsHandler(reason);
      return of(attempted.item(), attempted.attempt(), attempts, asked.kind(), both);
    }
    if (kind == Failure.Kind.TOO_BIG || kind == Failure.Kind.REFUSED) { // no attempt's fault
      return of(attempted.item(), attempted.attempt(), attempts, kind.dead(), reason);
    }
    var last = attempted.failures().isEmpty() ? null : attempted.failures().getLast();
    var words = last == null ? reason : last.reason(reason);
    return of(attempted.item(), attempted.attempt(), attempts, kind.dead(), words);
  }

  /// The dead letter of an attempt that still runs, made on its handler's thread.
  Settlement of(Attempt attempt, DeadKind kind, String reason) {
    return of(attempt.item(), attempt.number(), history.of(attempt), kind, reason);
  }

  private Settlement of(
      Item item, int attempt, @Nullable String attempts, DeadKind kind, String reason) {
    var record = KafkaItem.recordOf(item);
    var cause = new LetterCause(kind, reason);
    if (record.headers().lastHeader(HeaderNames.COMPENSATING) != null) {
      cause = cause.ofCompensation();
    }
    var headers =
        spans == null ? new RecordHeaders(record.headers()) : spans.headersOf(item, record);
    mark.keepVersion(headers);
    put(
        headers,
        HeaderNames.JOB,
        ItemIdentity.jobIdOf(
            record.topic(), record.partition(), record.offset(), record.headers()));
    put(headers, HeaderNames.KIND, cause.kind().text());
    put(headers, HeaderNames.REASON, clip(cause.reason(), REASON_CHARS_MAX));
    put(headers, HeaderNames.PHASE, placement.phase());
    put(headers, HeaderNames.ATTEMPT, Integer.toString(attempt));
    put(
        headers,
        HeaderNames.PARENT,
        new RecordRef(placement.phase(), record.partition(), record.offset()).toString());
    headers.remove(HeaderNames.FIRST_START); // who brings it back starts anew
    if (attempts != null) put(headers, HeaderNames.HISTORY, attempts);
    var out =
        new ProducerRecord<>(
            topics.dead(placement.pipeline().name()), null, record.key(), record.value(), headers);
    if (spans != null) spans.left(item, AttemptOutcome.DEAD);
    return new KafkaSettlement(List.of(out), RecordSize.of(out), true);
  }

  private static void put(RecordHeaders headers, String name, String value) {
    headers.remove(name);
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static String clip(String text, int charsMax) {
    return text.length() <= charsMax ? text : text.substring(0, charsMax) + "...";
  }
}
