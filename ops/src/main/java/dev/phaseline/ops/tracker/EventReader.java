package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.accounting.ItemEvent;
import dev.phaseline.ops.accounting.ItemEvent.Verb;
import dev.phaseline.ops.accounting.ItemPlace;
import dev.phaseline.ops.accounting.ItemPlace.Kind;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.ItemIdentity;
import dev.phaseline.schemas.PartitionOffset;
import dev.phaseline.schemas.TopicNames;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// Conversion of records to events. Forgiving: what can't be read of a record counts as not said,
/// because a record that is broken is somewhere all the same. For one thread.
final class EventReader {
  /// As for those who decide: a decision that names no topic is not about a letter that is younger
  /// than it by more.
  private static final Duration CLOCKS_APART_MAX = Duration.ofHours(1);

  private static final int TEXT_CHARS_MAX = 500;
  private static final int HISTORY_BYTES_MAX = 64 * 1024;
  private static final int TOPICS_MAX = 10_000;

  private final TopicNames names;
  private final ToIntFunction<String> marks;
  private final Map<String, Origin> origins = new HashMap<>();

  /// Role of a topic.
  ///
  /// @param pipeline whose
  /// @param last the last part of its name
  private record Origin(String pipeline, String last) {}

  /// A record, without what is not looked at.
  ///
  /// @param topic its topic
  /// @param partition of it
  /// @param offset in it
  /// @param atMs its timestamp
  /// @param key its key
  /// @param isEmpty whether its value is null
  /// @param headers its headers
  /// @param mark of its topic, see [TopicIds]; 0: not known
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Source(
      String topic,
      int partition,
      long offset,
      long atMs,
      byte @Nullable [] key,
      boolean isEmpty,
      Headers headers,
      int mark) {}

  /// @param marks of topics, see [TopicIds]
  EventReader(TopicNames names, ToIntFunction<String> marks) {
    this.names = names;
    this.marks = marks;
  }

  /// Event that the record stands for; null when it tells nothing about a job.
  @Nullable ItemEvent read(Source record) {
    if (record.topic().equals(names.timers())) return timer(record, Verb.AT);
    if (record.topic().equals(names.timersDead())) return timer(record, Verb.REFUSED);
    var origin = origin(record.topic());
    if (origin == null) return null;
    return switch (origin.last()) {
      case "dead-actions" -> action(record, origin.pipeline());
      case "done" -> at(record, origin, Kind.DONE);
      case "dead" -> at(record, origin, Kind.DEAD);
      default -> at(record, origin, Kind.PHASE);
    };
  }

  private @Nullable Origin origin(String topic) {
    var known = origins.get(topic);
    if (known != null || !names.isOfPipeline(topic)) return known;
    var rest = topic.substring(names.namespace().length() + 1);
    var dot = rest.indexOf('.');
    var origin = new Origin(rest.substring(0, dot), rest.substring(dot + 1));
    if (origins.size() < TOPICS_MAX) origins.put(topic, origin);
    return origin;
  }

  private static ItemEvent at(Source record, Origin origin, Kind kind) {
    var said = new Said(record);
    var from = ItemPlace.of(said.identity.parent());
    var phase =
        switch (kind) {
          case DEAD -> said.phase == null ? "" : clip(said.phase);
          case DONE -> from == null ? "" : from.phase();
          case PHASE, TIMER -> origin.last();
        };
    var place = new ItemPlace(kind, phase, record.partition(), record.offset());
    // It was in the timers between, and those name it by the record that they were made from.
    if (kind == Kind.PHASE
        && from != null
        && said.identity.attempt() > 1
        && from.kind() == Kind.PHASE) {
      from = from.asTimer();
    }
    return said.event(origin.pipeline(), place, from, record, 0);
  }

  private @Nullable ItemEvent timer(Source record, Verb verb) {
    if (record.headers().lastHeader(HeaderNames.TIMER) != null) {
      return verb == Verb.AT ? withdrawal(record) : null;
    }
    var said = new Said(record);
    if (said.target == null || !said.identity.named()) return null;
    var target = origin(said.target);
    if (target == null || target.last().equals("done") || target.last().startsWith("dead")) {
      return null;
    }
    var mark = marks.applyAsInt(said.target);
    if (verb == Verb.AT && mark == 0) return null; // it has nowhere to go; the scheduler refuses it
    var from = ItemPlace.of(said.identity.parent());
    var place =
        from == null
            ? new ItemPlace(Kind.TIMER, target.last(), 0, -1)
            : new ItemPlace(Kind.TIMER, from.phase(), from.partition(), from.offset());
    var event = said.event(target.pipeline(), place, from, record, Math.max(1, said.dueMs));
    return verb == Verb.AT ? event : event.refused(mark);
  }

  /// The timer of a job that was submitted for later is called `job|TOPIC|ID`.
  private @Nullable ItemEvent withdrawal(Source record) {
    if (record.key() == null || !record.isEmpty()) return null;
    var parts = new String(record.key(), UTF_8).split("\\|", 3);
    if (parts.length < 3 || !parts[0].equals("job")) return null;
    var origin = origin(parts[1]);
    if (origin == null) return null;
    var place = new ItemPlace(Kind.TIMER, origin.last(), 0, -1);
    return new ItemEvent(
        Verb.WITHDRAWN,
        origin.pipeline(),
        plain(parts[2]),
        ItemHeaders.ROOT,
        place,
        null,
        record.atMs(),
        0,
        0,
        1,
        0,
        0,
        record.mark(),
        null);
  }

  private @Nullable ItemEvent action(Source record, String pipeline) {
    var verb =
        switch (text(record.headers().lastHeader(HeaderNames.ACTION))) {
          case "discarded" -> Verb.DISCARDED;
          case "reopened" -> Verb.REOPENED;
          case "queued" -> Verb.QUEUED;
          case "redriven" -> Verb.REDRIVEN;
          case null, default -> null;
        };
    if (verb == null || record.key() == null) return null;
    var letter = PartitionOffset.parse(new String(record.key(), UTF_8));
    if (letter == null) return null;
    var topic = topic(record.headers().lastHeader(HeaderNames.LETTER_TOPIC));
    var untilMs = topic == 0 ? record.atMs() + CLOCKS_APART_MAX.toMillis() : 0;
    if (topic == 0) topic = marks.applyAsInt(names.dead(pipeline));
    return new ItemEvent(
        verb,
        pipeline,
        "",
        ItemHeaders.ROOT,
        ItemPlace.ofLetter(letter),
        null,
        record.atMs(),
        untilMs,
        0,
        1,
        0,
        0,
        topic,
        null);
  }

  private static int topic(@Nullable Header header) {
    try {
      var text = text(header);
      return text == null ? 0 : TopicIds.mark(Uuid.fromString(text));
    } catch (IllegalArgumentException notAnId) {
      return 0;
    }
  }

  private static @Nullable String text(@Nullable Header header) {
    return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
  }

  private static String clip(String text) {
    return text.length() <= TEXT_CHARS_MAX ? text : text.substring(0, TEXT_CHARS_MAX);
  }

  private static @Nullable String clipped(@Nullable String text) {
    return text == null ? null : clip(text);
  }

  /// Keys end where a control character stands; and the worker's limit is everybody's.
  private static String plain(String id) {
    var text = id.length() <= ItemHeaders.ID_CHARS_MAX ? id : id.substring(0, 200);
    for (var i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) return text.replaceAll("\\p{Cntrl}", "?");
    }
    return text;
  }

  /// One pass over the headers. For one record.
  private static final class Said {
    private final ItemIdentity identity;
    private @Nullable String phase;
    private @Nullable String target;
    private @Nullable String tags;
    private @Nullable String deadline;
    private @Nullable String history;
    private @Nullable String kind;
    private @Nullable String reason;
    private @Nullable String compensating;
    private long submittedMs;
    private long dueMs;

    Said(Source record) {
      identity =
          ItemIdentity.read(record.topic(), record.partition(), record.offset(), record.headers());
      for (var header : record.headers()) {
        if (header.key().startsWith("pl-") && header.value() != null) add(header);
      }
      // the failure that is being undone; a letter has one of its own
      if (reason == null && compensating != null) reason = compensating.replaceFirst(" ", ": ");
    }

    private void add(Header header) {
      switch (header.key()) {
        case HeaderNames.PHASE -> phase = text(header);
        case HeaderNames.TARGET -> target = text(header);
        case HeaderNames.TAGS -> tags = text(header);
        case HeaderNames.DEADLINE -> deadline = text(header);
        case HeaderNames.KIND, HeaderNames.ENDED -> kind = text(header); // how it ended
        case HeaderNames.REASON -> reason = text(header);
        case HeaderNames.COMPENSATING -> compensating = text(header);
        case HeaderNames.DUE -> dueMs = number(header, 0, Long.MAX_VALUE / 4);
        case HeaderNames.SUBMITTED -> submittedMs = time(header);
        case HeaderNames.HISTORY -> {
          if (header.value().length <= HISTORY_BYTES_MAX) history = text(header);
        }
        default -> {
          // says nothing about where the item is
        }
      }
    }

    ItemEvent event(
        String pipeline, ItemPlace place, @Nullable ItemPlace from, Source record, long dueMs) {
      return new ItemEvent(
          Verb.AT,
          pipeline,
          identity.jobId(),
          identity.path(),
          place,
          from,
          record.atMs(),
          dueMs,
          identity.siblings(),
          identity.attempt(),
          identity.generation(),
          submittedMs,
          record.mark(),
          about(record.key()));
    }

    private ItemEvent.@Nullable About about(byte @Nullable [] key) {
      // A child's key is its own; the job's is that of its first item.
      var keyText =
          key == null || !identity.path().equals(ItemHeaders.ROOT) ? null : new String(key, UTF_8);
      if (keyText == null
          && tags == null
          && deadline == null
          && history == null
          && kind == null
          && reason == null) {
        return null;
      }
      return new ItemEvent.About(
          clipped(keyText),
          tags == null || tags.length() > 8 * TEXT_CHARS_MAX ? null : tags,
          clipped(deadline),
          history,
          clipped(kind),
          clipped(reason));
    }

    private static long number(Header header, long min, long max) {
      try {
        return Math.clamp(Long.parseLong(new String(header.value(), UTF_8)), min, max);
      } catch (NumberFormatException notANumber) {
        return min;
      }
    }

    private static long time(Header header) {
      try {
        return Math.max(0, UtcTimes.millis(header.value()));
      } catch (DateTimeException | ArithmeticException notATime) {
        return 0;
      }
    }
  }
}
