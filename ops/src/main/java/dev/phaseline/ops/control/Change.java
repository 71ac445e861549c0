package dev.phaseline.ops.control;

import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.UnreadableSetting;
import java.util.Optional;

/// Effect of a control command. Immutable.
///
/// @param scope about what it was
/// @param before the setting before it
/// @param after the setting now; the same when there was nothing to change
/// @param operation the command's id, as the audit has it
/// @param replaced why the setting that stood there could not be read; empty when it could. Then
///   `before` is the last one that could, and what the unreadable one said is lost
public record Change(
    ControlScope scope,
    ControlSetting before,
    ControlSetting after,
    String operation,
    Optional<UnreadableSetting> replaced) {

  /// One whose setting before could be read.
  public Change(ControlScope scope, ControlSetting before, ControlSetting after, String operation) {
    this(scope, before, after, operation, Optional.empty());
  }

  /// Whether anything is different now; false when it was so already.
  public boolean changed() {
    return !before.saysAs(after) || replaced.isPresent();
  }

  /// Warning for the operator; empty when there is none.
  public Optional<String> warning() {
    return replaced.map(
        one ->
            "the setting that stood there could not be read (offset %d: %s); it is replaced, and what it"
                    .formatted(one.offset(), one.why())
                + " said besides is lost");
  }
}
