package dev.phaseline.schemas.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One command of an operator as the audit topic keeps it, for ever: written in the transaction
/// that writes the setting, so that neither is there without the other. The record's key is the
/// scope's.
///
/// @param verb what was asked for
/// @param scope about what
/// @param before the setting before it
/// @param after the setting after it; the same one when there was nothing to change
/// @param operation the command's id
/// @param author who, from where, why
/// @param at when, by their clock
public record AuditEntry(
    Verb verb,
    ControlScope scope,
    ControlSetting before,
    ControlSetting after,
    String operation,
    Author author,
    Instant at) {
  /// The version of the format that is written, and the newest that is read.
  public static final int VERSION = 1;

  /// Kind of a command.
  public enum Verb {
    /// Start nothing more, stay in the group.
    PAUSE,
    /// Work again.
    RESUME,
    /// Start nothing more, leave the group.
    DRAIN,
    /// So many handlers at once, or the phase's own number again.
    CONCURRENCY,
    /// End every item of a job as cancelled.
    CANCEL,
    /// Replace a setting that can't be read by the one that holds.
    REPAIR;

    /// As records and people have it.
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Whether anything was different afterwards.
  public boolean changed() {
    return !before.saysAs(after);
  }

  /// The record's value.
  public byte[] toBytes() {
    var json =
        ControlFields.object(VERSION)
            .put("verb", verb.text())
            .put("scope", scope.key())
            .put("operation", operation);
    ControlFields.put(json, author);
    json.put("at", at.toString());
    json.set("before", before.toJson());
    json.set("after", after.toJson());
    return json.toString().getBytes(UTF_8);
  }

  /// Reads a record's value.
  ///
  /// @throws UnreadableControlException when it is from a newer version, or not one
  public static AuditEntry read(byte @Nullable [] value) {
    if (value == null) throw new UnreadableControlException("an audit's record has no value");
    var json = ControlFields.read(value, VERSION);
    return new AuditEntry(
        verb(json.path("verb").asText("")),
        ControlScope.parse(json.path("scope").asText("")),
        ControlSetting.of(json.path("before")),
        ControlSetting.of(json.path("after")),
        json.path("operation").asText(""),
        ControlFields.author(json),
        ControlFields.timeOr(json, "at", Instant.EPOCH));
  }

  private static Verb verb(String text) {
    for (var verb : Verb.values()) if (verb.text().equals(text)) return verb;
    throw new UnreadableControlException(
        "the verb is '" + ControlNames.clip(text) + "', which is unknown to this version");
  }
}
