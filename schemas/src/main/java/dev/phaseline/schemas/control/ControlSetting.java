package dev.phaseline.schemas.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The whole live setting of one scope, as the control topic keeps it: reading one record is
/// knowing the setting, so reading it twice changes nothing.
///
/// As JSON: `{"v":1,"revision":3,"run":"paused","concurrency":50,"cancelledUntil":"...",
/// "operation":"...","by":"...","from":"...","reason":"...","at":"..."}`, what is at its default
/// absent.
///
/// @param run whether it works
/// @param permits how many handlers run at once in one worker; 0 when the phase's own or its
///   server's number holds. For phases only
/// @param cancelledUntil a cancelled job's: until when this is remembered; null when it is none
/// @param revision counts the changes of this scope, from 1; 0 when there was none
/// @param operation the id of the command that made it so, by which a repeated command is known
/// @param author who did
/// @param at when, by their clock
public record ControlSetting(
    RunState run,
    int permits,
    @Nullable Instant cancelledUntil,
    long revision,
    String operation,
    Author author,
    Instant at) {
  /// The version of the format that is written, and the newest that is read.
  public static final int VERSION = 1;

  /// More handlers at once than that are an error of typing.
  public static final int PERMITS_MAX = 100_000;

  /// A scope is not changed more often; one more must still be a number.
  private static final long REVISION_MAX = ControlFields.TOTAL_MAX;

  /// Setting of a scope without a record.
  public static final ControlSetting NONE =
      new ControlSetting(
          RunState.RUNNING, 0, null, 0, "", new Author("nobody", "", ""), Instant.EPOCH);

  public ControlSetting {
    if (permits < 0 || permits > PERMITS_MAX) {
      throw new IllegalArgumentException(
          "concurrency is not in 1.." + PERMITS_MAX + ": " + permits);
    }
    if (revision < 0 || revision > REVISION_MAX) {
      throw new IllegalArgumentException("revision is not in 0.." + REVISION_MAX + ": " + revision);
    }
  }

  /// Number of handlers that run at once in one worker, if it is set.
  public OptionalInt concurrency() {
    return permits == 0 ? OptionalInt.empty() : OptionalInt.of(permits);
  }

  /// Until when a cancelled job is remembered as one; empty when it is not cancelled.
  public Optional<Instant> cancelled() {
    return Optional.ofNullable(cancelledUntil);
  }

  /// Whether it says nothing but what holds anyway.
  public boolean isDefault() {
    return run == RunState.RUNNING && permits == 0 && cancelledUntil == null;
  }

  /// Whether both say the same, whoever said it.
  public boolean saysAs(ControlSetting that) {
    return run == that.run
        && permits == that.permits
        && java.util.Objects.equals(cancelledUntil, that.cancelledUntil);
  }

  /// The record's value.
  public byte[] toBytes() {
    return toJson().toString().getBytes(UTF_8);
  }

  /// As JSON.
  ObjectNode toJson() {
    var json = ControlFields.object(VERSION).put("revision", revision);
    if (run != RunState.RUNNING) json.put("run", run.text());
    if (permits != 0) json.put("concurrency", permits);
    if (cancelledUntil != null) json.put("cancelledUntil", cancelledUntil.toString());
    json.put("operation", operation);
    ControlFields.put(json, author);
    return json.put("at", at.toString());
  }

  /// Reads a record's value; a null one, as compaction leaves them, says nothing.
  ///
  /// @throws UnreadableControlException when it is from a newer version, or not one
  public static ControlSetting read(byte @Nullable [] value) {
    return value == null ? NONE : of(ControlFields.read(value, VERSION));
  }

  static ControlSetting of(JsonNode json) {
    try {
      return new ControlSetting(
          RunState.of(json.path("run").asText(RunState.RUNNING.text())),
          (int) ControlFields.number(json, "concurrency", 0, 0, PERMITS_MAX),
          ControlFields.time(json, "cancelledUntil"),
          ControlFields.number(json, "revision", 0, 0, REVISION_MAX - 1),
          json.path("operation").asText(""),
          ControlFields.author(json),
          ControlFields.timeOr(json, "at", Instant.EPOCH));
    } catch (IllegalArgumentException outOfBounds) {
      throw new UnreadableControlException(
          "a setting can't be right: " + outOfBounds.getMessage(), outOfBounds);
    }
  }
}
