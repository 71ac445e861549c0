package dev.phaseline.schemas;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.InvalidTimerException.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// Timers as records of `<ns>.timers`, and back; reading and writing are each other's inverse.
///
/// The record's key is the timer's id, its value the target record's value as it is. The headers
/// [HeaderNames#DUE], [HeaderNames#TARGET], [HeaderNames#TARGET_KEY], [HeaderNames#TARGET_NULL] and
/// [HeaderNames#TIMER] are ours; all others are the target record's. A null value with `pl-timer:
/// cancel` is a cancel. Ids find their partition through Kafka's default partitioner, so the
/// producer must not have another one, and the records must not name a partition.
///
/// What is written under an id while a timer of this id is pending takes its place: it is
/// rescheduled, and fires once. What is written after it fired is a new timer, unless it is due at
/// the very same time: then it is the same timer written twice, and does nothing. (The scheduler
/// remembers what fired for a time; see `docs/timers.md`.)
///
/// @param names the namespace, which targets must be in
public record TimerRecords(TopicNames names) {
  /// The largest distance of a timer: 100 years of 365.25 days.
  public static final Duration AHEAD_MAX = Duration.ofDays(36_525);

  private static final String CANCEL = "cancel";
  private static final int DUE_CHARS_MAX = 18; // fits a long
  private static final Set<String> OURS =
      Set.of(
          HeaderNames.DUE,
          HeaderNames.TARGET,
          HeaderNames.TARGET_KEY,
          HeaderNames.TARGET_NULL,
          HeaderNames.TIMER);

  /// The record that asks for a timer, or for another time or content of a pending one.
  ///
  /// @param now what "100 years ahead" is counted from
  /// @throws InvalidTimerException when it is due before 1970 or more than 100 years ahead, or its
  ///   target is not a topic of a pipeline or a queue of this namespace
  public ProducerRecord<byte[], byte[]> schedule(Timer timer, Instant now) {
    checkDue(timer.due(), now);
    checkTarget(timer.target());
    var headers = new RecordHeaders();
    for (var header : timer.headers()) {
      if (!OURS.contains(header.key())) headers.add(header);
    }
    headers.add(HeaderNames.DUE, Long.toString(dueMs(timer.due())).getBytes(US_ASCII));
    headers.add(HeaderNames.TARGET, timer.target().getBytes(UTF_8));
    if (timer.key() != null) headers.add(HeaderNames.TARGET_KEY, timer.key());
    var value = timer.value();
    if (value == null) {
      headers.add(HeaderNames.TARGET_NULL, new byte[0]);
      value = new byte[0];
    }
    return new ProducerRecord<>(
        names.timers(), null, null, timer.id().getBytes(UTF_8), value, headers);
  }

  /// The record that cancels a pending timer.
  ///
  /// @throws InvalidTimerException when the id is not valid
  public ProducerRecord<byte[], byte[]> cancel(String id) {
    TimerIds.check(id);
    var headers = new RecordHeaders().add(HeaderNames.TIMER, CANCEL.getBytes(US_ASCII));
    return new ProducerRecord<>(names.timers(), null, null, id.getBytes(UTF_8), null, headers);
  }

  /// Command of a record of the timers topic.
  ///
  /// @param now what "100 years ahead" is counted from
  /// @throws InvalidTimerException when it can't be read
  public TimerCommand read(
      byte @Nullable [] key, byte @Nullable [] value, Headers headers, Instant now) {
    var id = TimerIds.read(key);
    var command = headers.lastHeader(HeaderNames.TIMER);
    if (command != null) {
      checkCancel(command, value);
      return new TimerCommand.Cancel(id);
    }
    var due = due(headers.lastHeader(HeaderNames.DUE));
    checkDue(due, now);
    var target = target(headers.lastHeader(HeaderNames.TARGET));
    checkTarget(target);
    var targetKey = headers.lastHeader(HeaderNames.TARGET_KEY);
    return new TimerCommand.Schedule(
        new Timer(
            id,
            due,
            target,
            targetKey == null ? null : targetKey.value(),
            targetValue(value, headers.lastHeader(HeaderNames.TARGET_NULL) != null),
            others(headers)));
  }

  /// The time at which a timer is due, in milliseconds, rounded up.
  public static long dueMs(Instant due) {
    var millis = due.toEpochMilli();
    return Instant.ofEpochMilli(millis).isBefore(due) ? millis + 1 : millis;
  }

  private static void checkCancel(Header command, byte @Nullable [] value) {
    var text = command.value() == null ? "null" : new String(command.value(), UTF_8);
    if (!text.equals(CANCEL)) {
      throw new InvalidTimerException(
          Part.COMMAND,
          "header " + HeaderNames.TIMER + " is '" + clip(text) + "'; only 'cancel' is known");
    }
    if (value != null) {
      throw new InvalidTimerException(
          Part.VALUE, "a cancel must have a null value, not " + value.length + " bytes");
    }
  }

  private static Instant due(@Nullable Header header) {
    if (header == null || header.value() == null) {
      throw new InvalidTimerException(
          Part.DUE, "header " + HeaderNames.DUE + " is missing; give the time in ms since 1970");
    }
    var text = new String(header.value(), UTF_8);
    if (text.length() > DUE_CHARS_MAX || !text.matches("-?[0-9]+")) {
      throw new InvalidTimerException(
          Part.DUE,
          "header " + HeaderNames.DUE + " is not a number of ms since 1970: '" + clip(text) + "'");
    }
    return Instant.ofEpochMilli(Long.parseLong(text));
  }

  private static void checkDue(Instant due, Instant now) {
    if (due.isBefore(Instant.EPOCH)) {
      throw new InvalidTimerException(
          Part.DUE, "a timer is due at " + due + ", before 1970; is it a time span, not a time?");
    }
    if (due.isAfter(now.plus(AHEAD_MAX))) {
      throw new InvalidTimerException(
          Part.DUE,
          "a timer is due at "
              + due
              + ", more than 100 years ahead; is it in another unit than milliseconds?");
    }
  }

  private static String target(@Nullable Header header) {
    if (header == null || header.value() == null || header.value().length == 0) {
      throw new InvalidTimerException(
          Part.TARGET, "header " + HeaderNames.TARGET + " is missing; name the target topic");
    }
    return new String(header.value(), UTF_8);
  }

  private void checkTarget(String target) {
    if (names.isOfPipeline(target) || names.isOfQueue(target)) return;
    throw new InvalidTimerException(
        Part.TARGET,
        "the target '"
            + clip(target)
            + "' is not a topic of a pipeline or a queue in namespace '"
            + names.namespace()
            + "'; it should be like "
            + names.namespace()
            + ".PIPELINE.PHASE");
  }

  private static byte @Nullable [] targetValue(byte @Nullable [] value, boolean isNull) {
    if (isNull) {
      if (value == null || value.length == 0) return null;
      throw new InvalidTimerException(
          Part.VALUE,
          "header "
              + HeaderNames.TARGET_NULL
              + " says that the value is null, but it has "
              + value.length
              + " bytes");
    }
    if (value != null) return value;
    throw new InvalidTimerException(
        Part.VALUE,
        "the value is null; a cancel needs header "
            + HeaderNames.TIMER
            + ", a target without value "
            + HeaderNames.TARGET_NULL);
  }

  private static Headers others(Headers headers) {
    var others = new RecordHeaders();
    for (var header : headers) {
      if (!OURS.contains(header.key())) others.add(header);
    }
    return others;
  }

  private static String clip(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }
}
