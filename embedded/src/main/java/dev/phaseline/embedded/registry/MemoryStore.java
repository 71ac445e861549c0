package dev.phaseline.embedded.registry;

import java.util.ArrayList;
import java.util.List;

/// Keeps entries for as long as the process lives.
final class MemoryStore implements RegistryStore {
  private final List<StoredEntry> entries = new ArrayList<>();

  @Override
  public List<StoredEntry> load() {
    return List.copyOf(entries);
  }

  @Override
  public void append(List<StoredEntry> more) {
    entries.addAll(more);
  }

  @Override
  public void close() {
    // nothing is open
  }
}
