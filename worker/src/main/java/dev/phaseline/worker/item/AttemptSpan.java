package dev.phaseline.worker.item;

import dev.phaseline.core.engine.Thrown;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One attempt's span. It is entered and left by the handler's thread and ended once, there or on
/// the lane's thread, by whoever comes first. Whatever the tracer throws goes to the caller.
final class AttemptSpan {
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("phaseline.outcome");
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
  private static final AttributeKey<String> REASON = AttributeKey.stringKey("phaseline.reason");
  private static final AttributeKey<Long> DELAY = AttributeKey.longKey("phaseline.delay_ms");
  private static final AttributeKey<String> EXCEPTION_TYPE =
      AttributeKey.stringKey("exception.type");
  private static final AttributeKey<String> EXCEPTION_MESSAGE =
      AttributeKey.stringKey("exception.message");
  private static final AttributeKey<String> EXCEPTION_STACK =
      AttributeKey.stringKey("exception.stacktrace");
  private static final Duration DELAY_MAX = Duration.ofDays(36_500);
  private static final int REASON_CHARS_MAX = 200;

  private final Span span;
  private final Context context;
  private final AtomicBoolean ended = new AtomicBoolean();
  private @Nullable Scope scope; // the handler's thread's
  private volatile boolean failed;
  private volatile @Nullable Instant handled;
  private volatile @Nullable AttemptOutcome outcome;

  /// @param span it has begun
  /// @param parent what it was begun in
  AttemptSpan(Span span, Context parent) {
    this.span = span;
    this.context = parent.with(span);
  }

  /// Trace context for the results.
  Context context() {
    return context;
  }

  /// Empty when nothing is traced really.
  String traceId() {
    var known = span.getSpanContext();
    return known.isValid() ? known.getTraceId() : "";
  }

  String spanId() {
    return span.getSpanContext().getSpanId();
  }

  @SuppressWarnings("MustBeClosedChecker") // leave() closes it, on the same thread
  void enter() {
    scope = context.makeCurrent();
  }

  void leave() {
    if (scope != null) scope.close();
  }

  /// The handler threw. What follows is the lane's to say.
  ///
  /// The event is made of what is known of the exception, not of the exception: a tracer that is
  /// given it asks it later, on threads where what it does would be the tracer's failure.
  void threw(Thrown thrown) {
    handled = Instant.now();
    var said = thrown.said();
    span.addEvent(
        "exception",
        Attributes.of(
            EXCEPTION_TYPE,
            String.valueOf(said.error()),
            EXCEPTION_MESSAGE,
            said.message(),
            EXCEPTION_STACK,
            thrown.inWords() + "\n\tat " + String.join("\n\tat ", said.stack())));
    failed(String.valueOf(said.error()), said.simpleError());
  }

  /// The handler asked for something. What follows is the lane's to say.
  void asked(String event, Duration delay, String reason) {
    handled = Instant.now();
    var words =
        reason.length() <= REASON_CHARS_MAX
            ? reason
            : reason.substring(0, REASON_CHARS_MAX) + "...";
    var millis = delay.compareTo(DELAY_MAX) < 0 ? delay.toMillis() : DELAY_MAX.toMillis();
    span.addEvent(event, Attributes.of(DELAY, millis, REASON, words));
  }

  /// The first word on why it failed is the best.
  ///
  /// @param type from a small set: a class's name or a word of ours
  void failed(String type, String words) {
    if (failed) return;
    failed = true;
    span.setAttribute(ERROR_TYPE, type);
    span.setStatus(StatusCode.ERROR, words);
  }

  /// Sets the lane's decision.
  void outcome(AttemptOutcome known) {
    outcome = known;
  }

  /// Lane's decision, if there was one.
  AttemptOutcome outcomeOr(AttemptOutcome otherwise) {
    var known = outcome;
    return known == null ? otherwise : known;
  }

  /// Ends it, at the time when the handler was through with it; nothing happens when it has ended.
  void end(AttemptOutcome as) {
    if (!ended.compareAndSet(false, true)) return;
    try {
      span.setAttribute(OUTCOME, as.text());
      switch (as) {
        case DEAD -> failed("failed", "no other attempt is made");
        case TIMED_OUT -> failed(as.text(), "no sign of life within the phase's timeout");
        case NEXT, FAN_OUT, DONE, RETRY, DEFERRED, SUSPENDED, LEFT, CANCELLED, ABANDONED -> {}
      }
    } finally {
      var at = handled;
      if (at == null) span.end();
      else span.end(at);
    }
  }
}
