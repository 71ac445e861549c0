package dev.phaseline.worker;

import dev.phaseline.schemas.DeadKind;

/// Something about this item, not about its attempt, is wrong for good: it becomes a dead letter.
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
