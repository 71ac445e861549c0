package dev.phaseline.ops.dead;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.ItemIdentity;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// A dead letter as it stands in the log. Reading it never fails, because a letter may be dead for
/// the very headers that say what it is. Immutable, as long as nobody writes into its arrays.
public final class Letter {
  static final String UNKNOWN = "unknown";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final ConsumerRecord<byte[], byte[]> record;
  private final ItemIdentity identity;

  Letter(ConsumerRecord<byte[], byte[]> record) {
    this.record = record;
    this.identity =
        ItemIdentity.read(record.topic(), record.partition(), record.offset(), record.headers());
  }

  /// One attempt of the item's history.
  ///
  /// @param attempt its number, from 1; 0 when the history does not say
  /// @param kind what sort of failure
  /// @param error the exception's class; empty when none was thrown
  /// @param message what it said
  /// @param stack its first frames
  public record Attempt(
      int attempt, String kind, String error, String message, List<String> stack) {
    public Attempt {
      stack = List.copyOf(stack);
    }
  }

  /// Its name.
  public LetterId id() {
    return new LetterId(record.partition(), record.offset());
  }

  /// The time at which it was written.
  public Instant at() {
    return Instant.ofEpochMilli(record.timestamp());
  }

  /// The id of its job.
  public String job() {
    return identity.jobId();
  }

  /// The item's id: that of the job, and the path behind it unless it is the first item.
  public String item() {
    return identity.itemId();
  }

  /// The phase that gave up; `unknown` when the letter does not say.
  public String phase() {
    return text(HeaderNames.PHASE, UNKNOWN);
  }

  /// One of [dev.phaseline.schemas.DeadKind]'s texts; `unknown` when the letter has none.
  public String kind() {
    return text(HeaderNames.KIND, UNKNOWN);
  }

  /// The reason in words; may have several lines.
  public String reason() {
    return text(HeaderNames.REASON, UNKNOWN);
  }

  /// The number of redrives of the item before it died.
  public int generation() {
    return identity.generation();
  }

  /// The attempt that failed last.
  public int attempt() {
    return identity.attempt();
  }

  /// The record that failed, `phase/partition/offset`; empty when the letter does not say.
  public String parent() {
    var parent = identity.parent();
    return parent == null ? "" : parent.toString();
  }

  /// Until when the job may be worked on; empty when it has no deadline, or one that can't be read.
  public Optional<Instant> deadline() {
    try {
      var text = text(HeaderNames.DEADLINE, "");
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException malformed) {
      return Optional.empty();
    }
  }

  /// The submitter's tags.
  public Map<String, String> tags() {
    return ItemHeaders.tagsOf(text(HeaderNames.TAGS, ""));
  }

  /// The ordering key; null when the record has none.
  public byte @Nullable [] key() {
    return record.key();
  }

  /// The key as text; empty when there is none.
  public String keyText() {
    var key = record.key();
    return key == null ? "" : new String(key, UTF_8);
  }

  /// The payload; null when the record has none.
  public byte @Nullable [] value() {
    return record.value();
  }

  /// Whether the item was being compensated: its payload is what the phase is to undo.
  boolean isOfCompensation() {
    return record.headers().lastHeader(HeaderNames.COMPENSATING) != null;
  }

  /// All headers, ours and others.
  public Headers headers() {
    return record.headers();
  }

  /// Every attempt of this life that the letter tells of; empty when it tells of none.
  public List<Attempt> history() {
    var text = text(HeaderNames.HISTORY, "");
    if (text.isEmpty()) return List.of();
    try {
      var attempts = new ArrayList<Attempt>();
      for (var entry : JSON.readTree(text)) attempts.add(attempt(entry));
      return attempts;
    } catch (JsonProcessingException notOurs) {
      return List.of(new Attempt(0, UNKNOWN, "", text, List.of()));
    }
  }

  private static Attempt attempt(JsonNode entry) {
    var stack = new ArrayList<String>();
    for (var frame : entry.path("stack")) stack.add(frame.asText());
    var number = entry.path("attempt");
    var isCount = number.isIntegralNumber() && number.canConvertToInt() && number.intValue() > 0;
    return new Attempt(
        isCount ? number.intValue() : 0,
        entry.path("kind").asText(UNKNOWN),
        entry.path("error").isTextual() ? entry.path("error").asText() : "",
        entry.path("message").asText(""),
        stack);
  }

  private String text(String name, String absent) {
    var header = record.headers().lastHeader(name);
    return header == null || header.value() == null ? absent : new String(header.value(), UTF_8);
  }

  @Override
  public String toString() {
    return "letter " + id() + " (" + item() + ", " + phase() + ", " + kind() + ")";
  }
}
