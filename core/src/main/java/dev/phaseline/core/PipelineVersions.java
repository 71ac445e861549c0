package dev.phaseline.core;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;

/// Rules for a pipeline beside other versions of it. Without state, so thread-safe.
final class PipelineVersions {
  private PipelineVersions() {}

  /// Refuses migrations that lead nowhere.
  static void check(
      String name, int version, List<Phase<?>> phases, Collection<Migration> migrations) {
    var names = phases.stream().<String>map(Phase::name).toList();
    var seen = new HashSet<Integer>();
    for (var migration : migrations) {
      var words = "pipeline '" + name + "': the migration from version " + migration.from();
      if (migration.from() >= version) {
        throw new IllegalArgumentException(
            words + " is not from an older one: the pipeline has version " + version);
      }
      if (!seen.add(migration.from())) {
        throw new IllegalArgumentException(words + " is declared twice");
      }
      for (var step : migration.steps()) {
        if (names.contains(step.to())) continue;
        throw new IllegalArgumentException(
            words + " leads to phase '" + step.to() + "', but there are " + names);
      }
    }
  }

  /// Phases beside a version's own whose items the same workers handle.
  ///
  /// @param older those of older versions, the newest first
  static List<Phase<?>> otherPhases(
      List<Phase<?>> own, List<Migration> migrations, List<Phase<?>> older) {
    var others = new LinkedHashMap<String, Phase<?>>();
    for (var phase : older) others.putIfAbsent(phase.name(), phase);
    for (var migration : migrations) {
      for (var step : migration.steps()) {
        for (var to : own) {
          if (to.name().equals(step.to()))
            others.computeIfAbsent(step.phase(), _ -> moved(step, to));
        }
      }
    }
    for (var phase : own) others.remove(phase.name());
    return List.copyOf(others.values());
  }

  /// A phase that is left of an older version, with the rules of the one that takes its items.
  private static <O> Phase<?> moved(Migration.Step<O, ?> step, Phase<?> to) {
    var was = step.was();
    return was == null ? moved(step.phase(), to.input(), to) : moved(step.phase(), was, to);
  }

  private static <I> Phase<I> moved(String name, Codec<I> input, Phase<?> to) {
    PhaseHandler<I, Object> handler = (payload, _) -> Outcome.to(to.name(), payload);
    return new Phase<>(name, input, handler, to.options(), null);
  }
}
