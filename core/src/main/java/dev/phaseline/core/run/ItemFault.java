package dev.phaseline.core.run;

import dev.phaseline.core.DeadKind;

/// Something about this item, not about its attempt, that is wrong for good: it becomes a dead
/// letter. Never leaves the program.
final class ItemFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final DeadKind kind;

  ItemFault(DeadKind kind, String reason) {
    super(reason, null, false, false);
    this.kind = kind;
  }

  DeadKind kind() {
    return kind;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
