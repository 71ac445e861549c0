package dev.phaseline.systemtests.arch.planted.ops;

import dev.phaseline.systemtests.arch.planted.worker.room.Room;

/// Looks below the root of another module.
public final class LooksIntoARoom {
  /// What it must not know.
  public Room room() {
    return new Room();
  }
}
