package dev.phaseline.ops.dead;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.HeaderNames;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// Operator's decision about one letter, as the topic of actions keeps it: the letter's id is the
/// record's key, all else is text in headers, and an edited payload is the value. Immutable.
public final class LetterAction {
  /// Kind of an action.
  public enum Verb {
    /// The payload that a redrive shall send was changed; the letter itself never changes.
    EDITED,
    /// The change was taken back.
    EDIT_UNDONE,
    /// The letter is part of a redrive, but not sent yet.
    QUEUED,
    /// The letter was sent: written in the transaction that holds the record itself.
    REDRIVEN,
    /// The letter was discarded.
    DISCARDED,
    /// The letter was taken back from a redrive's queue, or out of the discarded ones.
    REOPENED,
    /// Something that this version does not know: malformed, or of a newer one. Never written.
    UNKNOWN;

    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final LetterId letter;
  private final Verb verb;
  private final String operation;
  private final String by;
  private final Instant at;
  private final String phase;
  private final int generation;
  private final String reason;
  private final @Nullable Uuid topic;
  private final byte @Nullable [] value;

  private LetterAction(LetterId letter, ConsumerRecord<byte[], byte[]> record) {
    this.letter = letter;
    verb = verb(text(record, HeaderNames.ACTION));
    operation = text(record, HeaderNames.OPERATION);
    by = text(record, HeaderNames.BY);
    at = Instant.ofEpochMilli(record.timestamp());
    phase = text(record, HeaderNames.PHASE);
    reason =
        verb == Verb.UNKNOWN
            ? "its action '%s' is not known to this version"
                .formatted(clip(text(record, HeaderNames.ACTION)))
            : text(record, HeaderNames.REASON);
    var lives = text(record, HeaderNames.GENERATION);
    generation = lives.matches("[0-9]{1,9}") ? Integer.parseInt(lives) : 0;
    topic = topic(text(record, HeaderNames.LETTER_TOPIC));
    value = record.value();
  }

  /// Reads a record of the topic; empty when its key names no letter, so that it is about none. An
  /// action that is not known is not guessed: the letter counts as put away, until it is reopened.
  static Optional<LetterAction> read(ConsumerRecord<byte[], byte[]> record) {
    var key = record.key() == null ? "" : new String(record.key(), UTF_8);
    return LetterId.parse(key).map(letter -> new LetterAction(letter, record));
  }

  /// Kafka's id of a topic; null when there is none, or something else.
  private static @Nullable Uuid topic(String text) {
    try {
      return text.isEmpty() ? null : Uuid.fromString(text);
    } catch (IllegalArgumentException notAnId) {
      return null;
    }
  }

  private static Verb verb(String text) {
    for (var verb : Verb.values()) {
      if (verb != Verb.UNKNOWN && verb.text().equals(text)) return verb;
    }
    return Verb.UNKNOWN;
  }

  private static String clip(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }

  private static String text(ConsumerRecord<byte[], byte[]> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
  }

  /// Makes the record of an action.
  ///
  /// @param phase where the letter goes, for a redrive
  /// @param generation the item's next life, for a redrive; 0 otherwise
  /// @param value the new payload, for an edit
  static ProducerRecord<byte[], byte[]> record(
      String topic,
      LetterId letter,
      Verb verb,
      Signature signature,
      @Nullable String phase,
      int generation,
      byte @Nullable [] value) {
    var headers = new RecordHeaders();
    add(headers, HeaderNames.ACTION, verb.text());
    add(headers, HeaderNames.OPERATION, signature.operation());
    add(headers, HeaderNames.BY, signature.by());
    var topicId = signature.topic();
    if (topicId != null) add(headers, HeaderNames.LETTER_TOPIC, topicId.toString());
    if (phase != null) add(headers, HeaderNames.PHASE, phase);
    if (generation > 0) add(headers, HeaderNames.GENERATION, Integer.toString(generation));
    if (!signature.reason().isEmpty()) add(headers, HeaderNames.REASON, signature.reason());
    return new ProducerRecord<>(topic, 0, null, letter.toString().getBytes(UTF_8), value, headers);
  }

  private static void add(RecordHeaders headers, String name, String value) {
    headers.add(name, value.getBytes(UTF_8));
  }

  /// Fields common to all records of one command.
  ///
  /// @param operation its id
  /// @param by who, `user@host`
  /// @param reason why, may be empty
  /// @param topic Kafka's id of the topic that the letters are in; null when it is not known
  record Signature(String operation, String by, String reason, @Nullable Uuid topic) {}

  /// The letter.
  public LetterId letter() {
    return letter;
  }

  /// Kind of this action.
  public Verb verb() {
    return verb;
  }

  /// The same for everything that one command did.
  public String operation() {
    return operation;
  }

  /// Author, `user@host`; empty when not recorded.
  public String by() {
    return by;
  }

  /// The time, by the clock of the process that did it.
  public Instant at() {
    return at;
  }

  /// The phase to which a redrive sends it; empty otherwise.
  public String phase() {
    return phase;
  }

  /// The item's life that a redrive began; 0 otherwise.
  public int generation() {
    return generation;
  }

  /// The reason; may be empty.
  public String reason() {
    return reason;
  }

  /// Kafka's id of the topic that the letter is in: what was decided about a letter of a topic that
  /// was deleted says nothing of the letter at that offset in the one made anew. Null in actions of
  /// versions that did not write it.
  @Nullable Uuid topic() {
    return topic;
  }

  /// The payload that an edit brought; null otherwise.
  public byte @Nullable [] value() {
    return value;
  }
}
