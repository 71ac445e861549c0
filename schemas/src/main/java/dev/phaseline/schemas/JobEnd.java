package dev.phaseline.schemas;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/// The end of a job: a record of `<ns>.jobs`. Outside programs read that topic to learn of ends
/// without a question to the tracker, which is its only writer, so this is part of the wire's
/// format.
///
/// The record's key is the job's id in UTF-8, its timestamp the time of the end. Its value is a
/// JSON object in UTF-8:
///
/// ```
/// {"job":"j-1","pipeline":"cities","state":"dead","submitted":"2026-01-31T12:00:00Z",
///  "ended":"2026-01-31T12:00:07.250Z","items":12,"dead":1,"ending":1}
/// ```
///
/// All eight fields are always there; times are ISO-8601 in UTC, to the millisecond. Further fields
/// are ignored, so that a later version can add some.
///
/// One is written for each end of a job, once. A job of which a dead letter is redriven begins
/// again, and ends again with the next `ending`; when its records are read in another order than
/// they were written, an end that was followed by a redrive at once may be skipped. The last one is
/// true in any case. Immutable.
///
/// @param job its id
/// @param pipeline its pipeline
/// @param state `done`, `dead`, `cancelled` or `compensated`
/// @param submitted when it was submitted
/// @param ended when its last item ended
/// @param items how many were made for it, from 0 to 2^53
/// @param dead how many of them are dead letters, from 0 to 2^53
/// @param ending the number of this end among the ends of this job, from 1
public record JobEnd(
    String job,
    String pipeline,
    String state,
    Instant submitted,
    Instant ended,
    long items,
    long dead,
    int ending) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Beyond it numbers are not exact in every JSON reader.
  private static final long COUNT_MAX = 1L << 53;

  /// The record's value; [#read] reads it.
  public byte[] toBytes() {
    var out = new ByteArrayOutputStream(256);
    try (var json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("job", job);
      json.writeStringField("pipeline", pipeline);
      json.writeStringField("state", state);
      json.writeStringField("submitted", submitted.toString());
      json.writeStringField("ended", ended.toString());
      json.writeNumberField("items", items);
      json.writeNumberField("dead", dead);
      json.writeNumberField("ending", ending);
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("memory is always written to", impossible);
    }
    return out.toByteArray();
  }

  /// Reads a record's value.
  ///
  /// @throws IllegalArgumentException when it is null, not such an object, or has a field that is
  ///   absent, of another type or out of range
  public static JobEnd read(byte @Nullable [] value) {
    if (value == null) throw new IllegalArgumentException("the end of a job has no value");
    try {
      if (!(JSON.readTree(value) instanceof ObjectNode node)) {
        throw new IllegalArgumentException("the end of a job is not a JSON object");
      }
      return new JobEnd(
          text(node, "job"),
          text(node, "pipeline"),
          text(node, "state"),
          Instant.parse(text(node, "submitted")),
          Instant.parse(text(node, "ended")),
          number(node, "items", 0, COUNT_MAX),
          number(node, "dead", 0, COUNT_MAX),
          (int) number(node, "ending", 1, Integer.MAX_VALUE));
    } catch (IOException | DateTimeParseException broken) {
      throw new IllegalArgumentException("can't read the end of a job: " + broken, broken);
    }
  }

  private static String text(ObjectNode node, String field) {
    var text = node.path(field);
    if (!text.isTextual()) {
      throw new IllegalArgumentException("can't read the end of a job: no text is its " + field);
    }
    return text.textValue();
  }

  /// Out of range is malformed: to cut a number down to what fits makes another one of it.
  private static long number(ObjectNode node, String field, long min, long max) {
    var number = node.path(field);
    if (!number.isIntegralNumber()
        || !number.canConvertToLong()
        || number.longValue() < min
        || number.longValue() > max) {
      throw new IllegalArgumentException(
          "can't read the end of a job: no whole number from %d to %d is its %s"
              .formatted(min, max, field));
    }
    return number.longValue();
  }
}
