package dev.phaseline.ops.control;

import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;

/// What a command did. Immutable.
///
/// @param scope about what it was
/// @param before the setting before it
/// @param after the setting now; the same when there was nothing to change
/// @param operation the command's id, as the audit has it
public record Change(
    ControlScope scope, ControlSetting before, ControlSetting after, String operation) {

  /// Whether anything is different now; false when it was so already.
  public boolean changed() {
    return !before.saysAs(after);
  }
}
