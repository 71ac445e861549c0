package dev.phaseline.ops.console;

import java.util.ArrayList;
import java.util.List;

/// Notes in memory. Thread-safe.
final class MemoryAudit implements AuditTrail {
  private final List<Note> notes = new ArrayList<>();

  @Override
  public synchronized void keep(Note note) {
    notes.add(note);
  }

  @Override
  public synchronized List<Note> newest(int limit) {
    return notes.reversed().stream().limit(limit).toList();
  }
}
