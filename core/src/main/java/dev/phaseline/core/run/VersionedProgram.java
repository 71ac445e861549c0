package dev.phaseline.core.run;

import dev.phaseline.core.OutcomeCodec;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.engine.LastFailure;
import java.util.List;
import java.util.TreeMap;

/// The programs of one phase under all versions of its pipeline that a process has, and the choice
/// of one for each item: that of the version its record names, or, where there is none, that of a
/// newer version which declares a migration. An item of another version is left to processes that
/// have it. Thread-safe.
///
/// A record that was submitted without a version is handled under the newest one that has the
/// phase; one that a phase wrote without a version is of version 1, so that pipelines with one
/// version need no header.
public final class VersionedProgram {
  private final String pipeline;
  private final TreeMap<Integer, PhaseProgram<?>> programs = new TreeMap<>();
  private final List<Integer> versions;
  private final int unnamed;

  private VersionedProgram(Pipeline pipeline, String phase, PhaseProgram.Setting setting) {
    this.pipeline = pipeline.name();
    for (var each : pipeline.versions()) {
      if (each.declared().stream().noneMatch(its -> its.name().equals(phase))) continue;
      programs.put(each.version(), PhaseProgram.of(each, phase, setting));
    }
    this.versions = pipeline.versions().stream().map(Pipeline::version).sorted().toList();
    var newest = programs.isEmpty() ? 0 : programs.lastKey();
    for (var each : pipeline.versions()) addMigrations(each, phase, setting);
    if (programs.isEmpty()) pipeline.phase(phase); // says which phases there are
    this.unnamed = newest > 0 ? newest : programs.lastKey();
  }

  /// The programs of a phase.
  ///
  /// @param pipeline the newest of its versions, with the others
  /// @throws IllegalArgumentException when none of them has such a phase
  public static VersionedProgram of(Pipeline pipeline, String phase, PhaseProgram.Setting setting) {
    return new VersionedProgram(pipeline, phase, setting);
  }

  /// A version that is there needs no migration; of several migrations the newest counts.
  private void addMigrations(Pipeline newer, String phase, PhaseProgram.Setting setting) {
    for (var migration : newer.migrations()) {
      if (versions.contains(migration.from()) || programs.containsKey(migration.from())) continue;
      migration
          .step(phase, newer.declared())
          .ifPresent(
              step ->
                  programs.put(
                      migration.from(), PhaseProgram.migrating(newer, migration, step, setting)));
    }
  }

  /// The version under which records are handled that were submitted without one.
  public int unnamed() {
    return unnamed;
  }

  /// The versions whose items are handled here, as they are or by a migration; in ascending order.
  public List<Integer> served() {
    return List.copyOf(programs.keySet());
  }

  /// The version of an item.
  ///
  /// @param named the version that its record names; 0 when it names none
  /// @param handedOn whether a phase wrote it
  public int versionOf(int named, boolean handedOn) {
    return named > 0 ? named : handedOn ? 1 : unnamed;
  }

  /// The outcomes of an item as bytes, under its version.
  ///
  /// @param item one that is handled: its version is there
  public OutcomeCodec outcomes(Arrival item) {
    return outcomes(versionOf(item.version(), item.isHandedOn()));
  }

  /// The outcomes of items of the version for records without one, as bytes.
  public OutcomeCodec outcomes() {
    return outcomes(unnamed);
  }

  private OutcomeCodec outcomes(int version) {
    var program = programs.get(version);
    if (program != null) return program.outcomes();
    throw new IllegalStateException("not handled here: " + absent(version));
  }

  /// Runs one attempt on this thread.
  ///
  /// @param item the item
  /// @param out makes what leaves the phase, of this item
  /// @throws OutOfMemoryError the process's failure, not the item's
  public <E> Decision<E> run(Arrival item, EmissionFactory<E> out) {
    var version = versionOf(item.version(), item.isHandedOn());
    var program = programs.get(version);
    return program == null
        ? new Decision.Leave<>(version, absent(version))
        : program.run(item, out);
  }

  /// Whether a failure handler is to be asked, by [#decide], before this item is given up.
  public boolean decidesFailures(Arrival item) {
    var program = programs.get(versionOf(item.version(), item.isHandedOn()));
    return program != null && program.decidesFailures(item);
  }

  /// Asks the failure handler about an item that is about to be given up, on this thread.
  ///
  /// @param item one for which [#decidesFailures] holds
  /// @param out makes what leaves the phase, of this item
  /// @return never `Fail` or `Retry`
  /// @throws OutOfMemoryError the process's failure, not the item's
  public <E> Decision<E> decide(Arrival item, LastFailure failure, EmissionFactory<E> out) {
    var version = versionOf(item.version(), item.isHandedOn());
    var program = programs.get(version);
    return program == null
        ? new Decision.Leave<>(version, absent(version))
        : program.decide(item, failure, out);
  }

  private String absent(int version) {
    return "version "
        + version
        + " of pipeline '"
        + pipeline
        + "', of which this process has "
        + (versions.size() == 1 ? "version " : "versions ")
        + String.join(", ", versions.stream().map(String::valueOf).toList());
  }
}
