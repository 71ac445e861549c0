package dev.phaseline.systemtests.arch.planted.ops.accounting;

import dev.phaseline.systemtests.arch.planted.ops.LooksIntoARoom;

/// Accounting that knows a user of it.
public final class CountsForItsUser {
  /// The user.
  public LooksIntoARoom user() {
    return new LooksIntoARoom();
  }
}
