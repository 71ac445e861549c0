package dev.phaseline.embedded.registry;

import dev.phaseline.schemas.registry.CompatibilityLevel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// Entries of the registry, indexed for look-ups. One thread applies entries, any thread may ask:
/// what was answered once stays true.
final class RegistryState {
  private final ConcurrentNavigableMap<String, List<StoredEntry.Version>> subjects =
      new ConcurrentSkipListMap<>();
  private final ConcurrentMap<Integer, String> textById = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Integer> idByText = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, CompatibilityLevel> rules = new ConcurrentHashMap<>();
  private volatile CompatibilityLevel globalRule = CompatibilityLevel.BACKWARD;
  private volatile int lastId;

  void apply(StoredEntry entry) {
    switch (entry) {
      case StoredEntry.Version version -> apply(version);
      case StoredEntry.Rule(var subject, var level) -> apply(subject, level);
    }
  }

  private void apply(StoredEntry.Version version) {
    textById.put(version.id(), version.text());
    idByText.putIfAbsent(version.text(), version.id());
    lastId = Math.max(lastId, version.id());
    var versions = new ArrayList<>(all(version.subject()));
    versions.removeIf(other -> other.version() == version.version());
    versions.add(version);
    versions.sort(Comparator.comparingInt(StoredEntry.Version::version));
    subjects.put(version.subject(), List.copyOf(versions));
  }

  private void apply(@Nullable String subject, @Nullable CompatibilityLevel level) {
    if (subject == null) {
      globalRule = level == null ? CompatibilityLevel.BACKWARD : level;
    } else if (level == null) {
      rules.remove(subject);
    } else {
      rules.put(subject, level);
    }
  }

  /// The subjects in alphabetical order.
  List<String> subjects(boolean evenDeleted) {
    return subjects.keySet().stream()
        .filter(subject -> evenDeleted || !versions(subject).isEmpty())
        .toList();
  }

  /// The versions of a subject, deleted ones among them, in order; empty when there is none.
  List<StoredEntry.Version> all(String subject) {
    return subjects.getOrDefault(subject, List.of());
  }

  /// The versions of a subject that are not deleted.
  List<StoredEntry.Version> versions(String subject) {
    return all(subject).stream().filter(version -> !version.deleted()).toList();
  }

  /// Every version in every subject that has this id and is not deleted.
  List<StoredEntry.Version> uses(int id) {
    return subjects.values().stream()
        .flatMap(List::stream)
        .filter(version -> version.id() == id && !version.deleted())
        .toList();
  }

  Optional<String> text(int id) {
    return Optional.ofNullable(textById.get(id));
  }

  /// The id that the text has, or the one that it would get.
  int idFor(String text) {
    var known = idByText.get(text);
    return known != null ? known : Math.addExact(lastId, 1);
  }

  CompatibilityLevel globalRule() {
    return globalRule;
  }

  Optional<CompatibilityLevel> ownRule(String subject) {
    return Optional.ofNullable(rules.get(subject));
  }

  CompatibilityLevel rule(String subject) {
    return rules.getOrDefault(subject, globalRule);
  }
}
