package dev.phaseline.embedded.registry;

import dev.phaseline.schemas.registry.CompatibilityLevel;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// The registry without its HTTP face. Thread-safe: writes go one by one and count only once the
/// store has them, reads never wait.
final class Registry implements AutoCloseable {
  private static final int SUBJECT_CHARS_MAX = 500;

  private final RegistryStore store;
  private final ReentrantLock writing = new ReentrantLock();
  private volatile RegistryState state = new RegistryState();
  private volatile @Nullable StoreException lost;
  private boolean stale; // guarded by writing: the last append's fate is not known

  Registry(RegistryStore store) {
    this.store = store;
    reload();
  }

  /// Current entries.
  ///
  /// @throws Refusal when another registry owns the topic: what is known here is no longer all
  RegistryState state() {
    var reason = lost;
    if (reason != null) throw RegistryError.storeFailed(reason);
    return state;
  }

  /// Registers a schema, or finds it; returns its id.
  int register(String subject, String text) {
    checkSubject(subject);
    var schema = parse(text);
    var canonical = schema.toString();
    var found = find(state(), subject, canonical);
    if (found != null) return found.id();
    return write(
        () -> {
          var now = state();
          var meanwhile = find(now, subject, canonical);
          if (meanwhile != null) return meanwhile.id();
          var problems = Compatibility.problems(now.rule(subject), schema, now.versions(subject));
          if (!problems.isEmpty()) {
            throw new RegistryError(
                409,
                409,
                "Schema being registered is incompatible with an earlier schema for subject \""
                    + subject
                    + "\", details: "
                    + problems
                    + ", rule "
                    + now.rule(subject));
          }
          var all = now.all(subject);
          var version = all.isEmpty() ? 1 : Math.addExact(all.getLast().version(), 1);
          var id = now.idFor(canonical);
          append(List.of(new StoredEntry.Version(subject, version, id, canonical, false)));
          return id;
        });
  }

  /// The version of a subject that has this schema.
  StoredEntry.Version lookUp(String subject, String text) {
    var canonical = parse(text).toString();
    if (state().versions(subject).isEmpty()) throw RegistryError.noSubject(subject);
    var found = find(state(), subject, canonical);
    if (found == null) throw RegistryError.noSchema("under subject '" + subject + "'");
    return found;
  }

  /// The reason why the schema could not be registered, by the versions from which `judged` picks.
  List<String> problems(String subject, String text, List<StoredEntry.Version> judged) {
    return Compatibility.problems(state().rule(subject), parse(text), judged);
  }

  /// Sets a rule; null takes it away.
  void rule(@Nullable String subject, @Nullable CompatibilityLevel level) {
    if (subject != null) checkSubject(subject);
    write(
        () -> {
          append(List.of(new StoredEntry.Rule(subject, level)));
          return level;
        });
  }

  /// Deletes softly: ids stay, and stay readable.
  List<Integer> delete(String subject, List<StoredEntry.Version> versions) {
    write(
        () -> {
          append(versions.stream().<StoredEntry>map(StoredEntry.Version::asDeleted).toList());
          return subject;
        });
    return versions.stream().map(StoredEntry.Version::version).toList();
  }

  private static StoredEntry.@Nullable Version find(
      RegistryState state, String subject, String canonical) {
    for (var version : state.versions(subject)) {
      if (version.text().equals(canonical)) return version;
    }
    return null;
  }

  private static Schema parse(String text) {
    try {
      return new Schema.Parser().parse(text);
    } catch (AvroRuntimeException invalid) {
      throw RegistryError.invalidSchema(String.valueOf(invalid.getMessage()));
    } catch (StackOverflowError tooDeep) {
      throw RegistryError.invalidSchema("it is nested too deeply");
    }
  }

  private static void checkSubject(String subject) {
    if (subject.isEmpty() || subject.length() > SUBJECT_CHARS_MAX) {
      throw new RegistryError(
          422, 42208, "The subject must have 1 to " + SUBJECT_CHARS_MAX + " characters");
    }
    if (subject.chars().anyMatch(Character::isISOControl)) {
      throw new RegistryError(422, 42208, "The subject has control characters");
    }
  }

  private interface Write<T extends @Nullable Object> {
    T run();
  }

  private <T extends @Nullable Object> T write(Write<T> write) {
    writing.lock();
    try {
      state(); // not after another registry took over
      if (stale) reload();
      return write.run();
    } catch (StoreException failed) {
      stale = true;
      if (failed.takenOver()) lost = failed;
      throw RegistryError.storeFailed(failed);
    } finally {
      writing.unlock();
    }
  }

  private void append(List<StoredEntry> entries) {
    store.append(entries);
    entries.forEach(state::apply);
  }

  private void reload() {
    var fresh = new RegistryState();
    store.load().forEach(fresh::apply);
    state = fresh;
    stale = false;
  }

  @Override
  public void close() {
    writing.lock();
    try {
      store.close();
    } finally {
      writing.unlock();
    }
  }
}
