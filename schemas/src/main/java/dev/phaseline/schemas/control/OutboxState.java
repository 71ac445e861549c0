package dev.phaseline.schemas.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.TopicNames;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Position of an outbox's relay, and its state, in one record of `<ns>.outbox`. The record's key
/// is the outbox's name. It is written in the transaction that publishes a batch, so it has exactly
/// the batches that were published; between batches it comes every few seconds.
///
/// @param outbox the outbox's name
/// @param table the id of its tables, so that another database is not taken for it
/// @param batch the number of the last batch that was published; 0 before the first
/// @param rows the ids of that batch's rows, such as `17,19-24`
/// @param relay the name of the relay that publishes
/// @param waiting rows that are not published, up to a limit
/// @param oldestMs the age of the oldest of them in milliseconds; 0 when there is none
/// @param condition what holds rows up, in words; empty when nothing does
/// @param stopped whether the relay has ended in order
/// @param at the time by the relay's clock
public record OutboxState(
    String outbox,
    String table,
    long batch,
    String rows,
    String relay,
    long waiting,
    long oldestMs,
    String condition,
    boolean stopped,
    Instant at) {
  /// The version of the format that is written, and the newest that is read.
  public static final int VERSION = 1;

  /// The longest time between two records of a relay that runs, in milliseconds.
  public static final long EVERY_MS = 5_000;

  public OutboxState {
    if (!TopicNames.isName(outbox)) {
      throw new IllegalArgumentException(
          "outbox name '" + ControlNames.clip(outbox) + "' is not valid: " + TopicNames.NAME_RULE);
    }
    if (batch < 0) throw new IllegalArgumentException("batch < 0: " + batch);
  }

  /// This with a batch that follows.
  public OutboxState withBatch(long number, String ids) {
    return new OutboxState(
        outbox, table, number, ids, relay, waiting, oldestMs, condition, stopped, at);
  }

  /// This with the rows that wait, and what holds them up.
  public OutboxState withLag(long rowsWaiting, long ageMs, String why) {
    return new OutboxState(outbox, table, batch, rows, relay, rowsWaiting, ageMs, why, stopped, at);
  }

  /// This at another time.
  ///
  /// @param last whether it is the relay's last one
  public OutboxState at(Instant time, boolean last) {
    return new OutboxState(
        outbox, table, batch, rows, relay, waiting, oldestMs, condition, last, time);
  }

  /// The record's value.
  public byte[] toBytes() {
    var json =
        ControlFields.object(VERSION)
            .put("outbox", outbox)
            .put("table", table)
            .put("batch", batch)
            .put("rows", rows)
            .put("relay", relay)
            .put("waiting", waiting)
            .put("oldestMs", oldestMs);
    if (!condition.isEmpty()) json.put("condition", condition);
    if (stopped) json.put("stopped", true);
    json.put("at", at.toString());
    return json.toString().getBytes(UTF_8);
  }

  /// Reads a record's value.
  ///
  /// @throws UnreadableControlException when it is from a newer version, or not one
  public static OutboxState read(byte @Nullable [] value) {
    if (value == null) throw new UnreadableControlException("the state of an outbox has no value");
    var json = ControlFields.read(value, VERSION);
    try {
      return new OutboxState(
          json.path("outbox").asText(""),
          json.path("table").asText(""),
          ControlFields.number(json, "batch", -1, 0, Long.MAX_VALUE),
          json.path("rows").asText(""),
          json.path("relay").asText(""),
          ControlFields.total(json, "waiting"),
          ControlFields.total(json, "oldestMs"),
          json.path("condition").asText(""),
          json.path("stopped").asBoolean(false),
          ControlFields.timeOr(json, "at", Instant.EPOCH));
    } catch (IllegalArgumentException outOfBounds) {
      throw new UnreadableControlException(
          "the state of an outbox can't be right: " + outOfBounds.getMessage(), outOfBounds);
    }
  }
}
