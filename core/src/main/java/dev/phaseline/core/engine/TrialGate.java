package dev.phaseline.core.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/// Fair shared-exclusive lock of one process for the trial runs of the poison-pill quarantine:
/// trials of many items share it, a trial of one item alone excludes all others, because only then
/// does a death tell which item it was. Thread-safe.
///
/// Never waited for by a blocked thread: lanes ask again at their next turn. Places are served in
/// the order in which they asked, so no phase keeps another one out.
public final class TrialGate {
  private final Deque<Place> queue = new ArrayDeque<>();
  private final Set<Place> inside = new HashSet<>();

  /// One partition's place at the gate.
  public final class Place {
    private boolean alone;

    private Place() {}

    /// Takes the place if it is free; otherwise it is waited for, and asked for again later.
    ///
    /// @param alone whether nobody else may be inside
    /// @return whether it is held
    boolean tryEnter(boolean alone) {
      synchronized (TrialGate.this) {
        if (inside.contains(this)) return this.alone == alone;
        this.alone = alone;
        if (!queue.contains(this)) queue.addLast(this);
        if (!isNext(this)) return false;
        queue.remove(this);
        inside.add(this);
        return true;
      }
    }

    /// Gives the place back, or stops waiting for it.
    void leave() {
      synchronized (TrialGate.this) {
        queue.remove(this);
        inside.remove(this);
      }
    }
  }

  /// A new place; it neither waits nor is inside.
  Place place() {
    return new Place();
  }

  private boolean isNext(Place place) {
    for (var other : inside) if (other.alone || place.alone) return false;
    for (var before : queue) {
      if (before == place) return true;
      if (before.alone || place.alone) return false;
    }
    return true;
  }
}
