package dev.phaseline.server;

import dev.phaseline.schemas.NearNames;
import dev.phaseline.server.ServerConfig.PhaseSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Selection of a server's phases by the patterns of its file: `orders.*` takes phases in,
/// `!orders.ship` takes them out, and what several patterns say of one phase is put together, the
/// later one first. Immutable.
///
/// @param phases the settings of each selected phase, by `pipeline.phase`
record PlacementPlan(SequencedMap<String, PhaseSettings> phases) {
  private static final String NOT = "!";
  private static final String ANY = "*";

  /// Applies the patterns in the order of the file. Where there are none, and before a first one
  /// that takes out, all phases are in.
  ///
  /// @param known the phases that there are, by `pipeline.phase`
  /// @param pipelines the names of the pipelines that there are
  /// @throws ServerConfigException naming a pattern that matches nothing, with near names
  static PlacementPlan of(
      Map<String, PhaseSettings> patterns, Collection<String> known, Collection<String> pipelines) {
    var selected = new LinkedHashMap<String, PhaseSettings>();
    if (patterns.isEmpty() || patterns.keySet().iterator().next().startsWith(NOT)) {
      for (var phase : known) selected.put(phase, PhaseSettings.NONE);
    }
    patterns.forEach(
        (pattern, settings) -> {
          var matching = matching(pattern, known, pipelines);
          if (pattern.startsWith(NOT)) {
            if (!settings.equals(PhaseSettings.NONE)) {
              throw new ServerConfigException(
                  "phases." + pattern + " takes phases out, so it has no settings: remove them");
            }
            matching.forEach(selected::remove);
          } else {
            for (var phase : matching) {
              selected.merge(phase, settings, (before, later) -> later.over(before));
            }
          }
        });
    return new PlacementPlan(selected);
  }

  private static List<String> matching(
      String pattern, Collection<String> known, Collection<String> pipelines) {
    var text = pattern.startsWith(NOT) ? pattern.substring(1) : pattern;
    if (text.equals(ANY)) return List.copyOf(known);
    var dot = text.indexOf('.');
    if (dot < 1 || dot == text.length() - 1) {
      throw new ServerConfigException(
          "'" + pattern + "' names no phase: use PIPELINE.PHASE, like cities.store or cities.*");
    }
    var found = new ArrayList<>(known);
    found.removeIf(Predicate.not(regex(text).asMatchPredicate()));
    if (!found.isEmpty()) return found;
    throw nothing(pattern, text.substring(0, dot), text.substring(dot + 1), known, pipelines);
  }

  private static Pattern regex(String text) {
    var parts = new ArrayList<String>();
    for (var part : text.split("\\*", -1)) parts.add(Pattern.quote(part));
    return Pattern.compile(String.join("[^.]*", parts));
  }

  private static ServerConfigException nothing(
      String pattern,
      String pipeline,
      String phase,
      Collection<String> known,
      Collection<String> pipelines) {
    if (pattern.contains(ANY)) {
      return new ServerConfigException(
          "phases." + pattern + " matches no phase; there are " + String.join(", ", known));
    }
    if (!pipelines.contains(pipeline)) {
      return new ServerConfigException(
          "unknown pipeline '" + pipeline + "'; " + NearNames.remedy(pipeline, pipelines));
    }
    var phases =
        known.stream()
            .filter(id -> id.startsWith(pipeline + '.'))
            .map(id -> id.substring(pipeline.length() + 1))
            .toList();
    return new ServerConfigException(
        "pipeline '"
            + pipeline
            + "' has no phase '"
            + phase
            + "'; "
            + NearNames.remedy(phase, phases));
  }
}
