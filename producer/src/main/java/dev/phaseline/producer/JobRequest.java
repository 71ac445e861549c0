package dev.phaseline.producer;

import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.TimerRecords;
import dev.phaseline.schemas.Utf8;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One job to submit. Immutable, if its payload is. If it exists, it is valid, except that its
/// deadline may pass before it is submitted.
///
/// Who gives the id decides what a second submission means, so the way to make a request says it:
/// - [#withId]: the caller names the job. Submitting again after an unknown fate is safe in the
///   sense that both records are the same job.
/// - [#idFromContent]: the same pipeline, key and payload give the same id; see [#idFromContent].
/// - [#idRandom]: every request is a job of its own. The id is drawn here, so this request keeps it
///   when it is submitted again.
///
/// @param <T> the payload's type
public final class JobRequest<T> {
  /// Longer ordering keys are refused.
  public static final int KEY_CHARS_MAX = 1_000;

  /// Tags that take more characters in their header are refused.
  public static final int TAGS_CHARS_MAX = 4_096;

  /// The start of a job that is submitted for later.
  public sealed interface Start {
    /// The time, if the job is submitted now.
    Instant from(Instant now);

    /// At a time. What is past is at once.
    ///
    /// @param time the time
    record At(Instant time) implements Start {
      @Override
      public Instant from(Instant now) {
        return time;
      }
    }

    /// Some time after it is submitted.
    ///
    /// @param delay from zero to 100 years
    record In(Duration delay) implements Start {
      public In {
        if (delay.isNegative()) {
          throw new IllegalArgumentException(
              "a job can't start " + delay + " after it is submitted");
        }
        if (delay.compareTo(TimerRecords.AHEAD_MAX) > 0) {
          throw new IllegalArgumentException(
              "a job can't wait for "
                  + delay
                  + ", at most "
                  + TimerRecords.AHEAD_MAX
                  + " (100 years)");
        }
      }

      @Override
      public Instant from(Instant now) {
        return now.plus(delay);
      }
    }
  }

  /// W3C trace context.
  ///
  /// @param parent the header `traceparent`
  /// @param state the header `tracestate`, if any
  public record Trace(String parent, @Nullable String state) {
    private static final Pattern PARENT =
        Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

    public Trace {
      if (!PARENT.matcher(parent).matches()) {
        throw new IllegalArgumentException(
            "traceparent is not like 00-<32 hex digits>-<16 hex digits>-01: '" + parent + "'");
      }
    }
  }

  private record Values<T>(
      T payload,
      @Nullable String id,
      @Nullable String key,
      @Nullable Instant deadline,
      Map<String, String> tags,
      @Nullable Trace trace,
      @Nullable Start start) {
    Values {
      if (id != null) ItemHeaders.checkJobId(id);
      if (key != null && (key.isEmpty() || key.length() > KEY_CHARS_MAX)) {
        throw new IllegalArgumentException(
            "key has " + key.length() + " characters, 1 to " + KEY_CHARS_MAX + " are allowed");
      }
      if (key != null) Utf8.check("key", key);
      tags.forEach(
          (name, value) -> {
            Utf8.check("a tag's name", name);
            Utf8.check("tag '" + name + "'", value);
          });
      tags = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(tags));
      var tagsChars = ItemHeaders.encodeTags(tags).length();
      if (tagsChars > TAGS_CHARS_MAX) {
        throw new IllegalArgumentException(
            "tags take " + tagsChars + " characters, at most " + TAGS_CHARS_MAX + " are allowed");
      }
    }
  }

  /// The values by name, from which every copy is made: none can take the place of another.
  private static final class Draft<T> {
    T payload;
    @Nullable String id;
    @Nullable String key;
    @Nullable Instant deadline;
    Map<String, String> tags;
    @Nullable Trace trace;
    @Nullable Start start;

    Draft(Values<T> of) {
      payload = of.payload;
      id = of.id;
      key = of.key;
      deadline = of.deadline;
      tags = of.tags;
      trace = of.trace;
      start = of.start;
    }

    Values<T> values() {
      return new Values<>(payload, id, key, deadline, tags, trace, start);
    }
  }

  private final Values<T> values;

  private JobRequest(Values<T> values) {
    this.values = values;
  }

  /// The payload for the first phase.
  public T payload() {
    return values.payload;
  }

  /// The job's id; null: derived from the content.
  public @Nullable String id() {
    return values.id;
  }

  /// The ordering key; null: none, and any partition will do.
  public @Nullable String key() {
    return values.key;
  }

  /// The time at which the job must have ended.
  public @Nullable Instant deadline() {
    return values.deadline;
  }

  /// For people to search by.
  public Map<String, String> tags() {
    return values.tags;
  }

  /// W3C trace context to go on with.
  public @Nullable Trace trace() {
    return values.trace;
  }

  /// The time at which it may start; null: at once.
  public @Nullable Start start() {
    return values.start;
  }

  /// A job whose id the caller chooses: 1 to 200 characters without control characters, and none of
  /// them half a character (a lone surrogate), which would be stored as another id.
  public static <T> JobRequest<T> withId(String id, T payload) {
    return new JobRequest<>(new Values<>(payload, id, null, null, Map.of(), null, null));
  }

  /// A job whose id follows from what it is: SHA-256 over the pipeline's name in UTF-8, a zero
  /// byte, the key's length in UTF-8 bytes as four bytes, high first (-1: no key), the key, and the
  /// encoded payload; the id is the first 20 bytes, in 40 hexadecimal digits.
  ///
  /// An encoding that holds a schema's id gives another id when the schema changes.
  public static <T> JobRequest<T> idFromContent(T payload) {
    return new JobRequest<>(new Values<>(payload, null, null, null, Map.of(), null, null));
  }

  /// A job with an id that nobody else has.
  public static <T> JobRequest<T> idRandom(T payload) {
    return withId(UUID.randomUUID().toString(), payload);
  }

  /// This, in order with all others of the same key.
  public JobRequest<T> withKey(String orderingKey) {
    return with(draft -> draft.key = orderingKey);
  }

  /// This, to be given up when it has not ended by then.
  public JobRequest<T> withDeadline(Instant end) {
    return with(draft -> draft.deadline = end);
  }

  /// This with one more tag.
  public JobRequest<T> withTag(String name, String value) {
    var more = new LinkedHashMap<>(values.tags);
    more.put(name, value);
    return with(draft -> draft.tags = more);
  }

  /// This as part of a trace.
  public JobRequest<T> withTrace(String traceParent, @Nullable String traceState) {
    var context = new Trace(traceParent, traceState);
    return with(draft -> draft.trace = context);
  }

  /// This, to be started then and not before; what is past is at once. A scheduler must run.
  ///
  /// Until it starts, the job waits under its id: submitting the id again, for another time or with
  /// another payload, takes its place, and [JobClient#withdraw] takes it away.
  public JobRequest<T> notBefore(Instant time) {
    return withStart(new Start.At(time));
  }

  /// This, to be started so long after it is submitted; see [#notBefore].
  ///
  /// @throws IllegalArgumentException when it is negative or more than 100 years
  public JobRequest<T> after(Duration delay) {
    return withStart(new Start.In(delay));
  }

  private JobRequest<T> withStart(Start when) {
    return with(draft -> draft.start = when);
  }

  private JobRequest<T> with(Consumer<Draft<T>> change) {
    var draft = new Draft<>(values);
    change.accept(draft);
    return new JobRequest<>(draft.values());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JobRequest<?> that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "JobRequest" + values.toString().substring("Values".length());
  }
}
