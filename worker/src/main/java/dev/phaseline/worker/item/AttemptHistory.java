package dev.phaseline.worker.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.phaseline.core.FailedAttempt;
import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.Failure;
import dev.phaseline.core.engine.ItemHistory;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.worker.topic.TopicLimits;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// An item's failed attempts as text, to travel with it: a JSON array of objects with `attempt`,
/// `kind`, `error`, `message`, `stack`, `worker`, `started` and `ended`. Of many, the first and the
/// last ones are kept and an object with nothing but `omitted` says how many are missing between
/// them, so that it has at most [#BYTES_MAX] bytes however many there were. Thread-safe.
public final class AttemptHistory {
  /// Half of the room that a dead letter has beyond its record.
  static final int BYTES_MAX = TopicLimits.DEAD_ROOM_BYTES / 2;

  private static final int FIRST_KEPT = 3;
  private static final int KEPT = 10;
  private static final String OMITTED = "omitted";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String worker;
  private final InstantSource clock;
  private final LongSupplier nanos;

  /// A history writer of one worker.
  ///
  /// @param worker the server's name
  /// @param clock for people
  /// @param nanos the lane's clock
  public AttemptHistory(String worker, InstantSource clock, LongSupplier nanos) {
    this.worker = worker;
    this.clock = clock;
    this.nanos = nanos;
  }

  /// The wall-clock time of a time of the lane's clock.
  Instant timeOf(long laneNanos) {
    return clock.instant().minusNanos(nanos.getAsLong() - laneNanos).truncatedTo(ChronoUnit.MILLIS);
  }

  /// Everything that failed in this phase: what the record tells of earlier lanes, and this one's.
  ///
  /// @return null when nothing did
  @Nullable String of(ItemHistory attempted) {
    return of(
        KafkaItem.recordOf(attempted.item()), attempted.failures(), attempted.failuresOmitted());
  }

  /// The same for an attempt that still runs, on its handler's thread.
  @Nullable String of(Attempt attempt) {
    return of(KafkaItem.recordOf(attempt.item()), attempt.failures(), attempt.failuresOmitted());
  }

  /// The same as values, for the pipeline's own code.
  List<FailedAttempt> attempts(Attempt attempt) {
    var all = new ArrayList<FailedAttempt>();
    for (var entry : earlier(KafkaItem.recordOf(attempt.item()))) {
      if (entry.has(OMITTED)) continue;
      all.add(
          new FailedAttempt(
              Math.max(1, entry.path("attempt").asInt(1)),
              Optional.ofNullable(entry.path("error").textValue()),
              entry.path("message").asText()));
    }
    for (var failure : attempt.failures()) {
      var said = failure.said();
      all.add(
          new FailedAttempt(failure.attempt(), Optional.ofNullable(said.error()), said.message()));
    }
    return all;
  }

  @Nullable String of(
      ConsumerRecord<byte[], byte[]> record, List<Failure> failures, int failuresOmitted) {
    var kept = new ArrayList<JsonNode>();
    var omitted = (long) failuresOmitted;
    for (var entry : earlier(record)) {
      if (entry.has(OMITTED)) omitted += omitted(entry);
      else kept.add(entry);
    }
    for (var failure : failures) kept.add(entry(failure));
    if (kept.isEmpty()) return null;
    while (kept.size() > KEPT) omitted += drop(kept);
    var text = text(kept, omitted);
    while (text.getBytes(UTF_8).length > BYTES_MAX && kept.size() > 1) {
      omitted += drop(kept);
      text = text(kept, omitted);
    }
    return text;
  }

  /// The number of entries that the header counts as missing; 0 when it is no number. Attempts are
  /// counted in an int, so a sum of those that fit into a header can't wrap around.
  private static int omitted(JsonNode entry) {
    var number = entry.get(OMITTED);
    var isCount = number.isIntegralNumber() && number.canConvertToInt() && number.intValue() > 0;
    return isCount ? number.intValue() : 0;
  }

  /// The eldest of the last ones goes first; when there are only first ones, the latest of them.
  private static int drop(List<JsonNode> kept) {
    kept.remove(Math.min(FIRST_KEPT, kept.size() - 1));
    return 1;
  }

  private static String text(List<JsonNode> kept, long missing) {
    var omitted = (int) Math.min(missing, Integer.MAX_VALUE); // what a reader takes for a count
    var all = JSON.createArrayNode();
    for (var i = 0; i < kept.size(); i++) {
      if (i == FIRST_KEPT && omitted > 0) all.addObject().put(OMITTED, omitted);
      all.add(kept.get(i));
    }
    if (kept.size() <= FIRST_KEPT && omitted > 0) all.addObject().put(OMITTED, omitted);
    return all.toString();
  }

  /// Somebody else's text under our header's name is not worth an item.
  private static List<JsonNode> earlier(ConsumerRecord<byte[], byte[]> record) {
    var header = record.headers().lastHeader(HeaderNames.HISTORY);
    if (header == null || header.value() == null || header.value().length > BYTES_MAX) {
      return List.of();
    }
    try {
      var found = new ArrayList<JsonNode>();
      for (var entry : JSON.readTree(header.value())) {
        if (entry.isObject()) found.add(entry);
      }
      return found;
    } catch (IOException notOurs) {
      return List.of();
    }
  }

  private ObjectNode entry(Failure failure) {
    var said = failure.said();
    var entry =
        JSON.createObjectNode()
            .put("attempt", failure.attempt())
            .put("kind", failure.kind().name().toLowerCase(Locale.ROOT))
            .put("error", said.error())
            .put("message", said.message());
    var stack = entry.putArray("stack");
    said.stack().forEach(stack::add);
    return entry
        .put("worker", worker)
        .put("started", timeOf(failure.startedNanos()).toString())
        .put("ended", timeOf(failure.endedNanos()).toString());
  }
}
