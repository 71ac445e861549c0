package dev.phaseline.cli.config;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.schemas.NearNames;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.server.ServerConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The pipelines of a cluster with their phases, read from the names of its topics.
///
/// A command that only needs names must not load plug-ins: their providers may open databases and
/// ask for settings that an operator's machine does not have. Immutable.
public final class ClusterPipelines {
  private final TreeMap<String, List<String>> phases = new TreeMap<>();

  private ClusterPipelines() {}

  /// Asks the cluster.
  ///
  /// @throws CommandFailure when no broker answers
  public static ClusterPipelines of(ServerConfig config) {
    return of(config.names(), Brokers.topics(config), config.phases().keySet());
  }

  /// Finds them.
  ///
  /// @param topics the names of all topics of the cluster
  /// @param ordered ids of phases in the order of the server file, which topics can't tell
  public static ClusterPipelines of(
      TopicNames names, Collection<String> topics, Collection<String> ordered) {
    var prefix = names.namespace() + '.';
    var found = new TreeMap<String, Set<String>>();
    for (var topic : new TreeSet<>(topics)) {
      if (!names.isOfPipeline(topic)) continue;
      var id = topic.substring(prefix.length());
      var pipeline = id.substring(0, id.indexOf('.'));
      found.computeIfAbsent(pipeline, _ -> new LinkedHashSet<>()).add(id);
    }
    var result = new ClusterPipelines();
    found.forEach(
        (pipeline, ids) -> {
          if (!ids.contains(pipeline + ".done") && !ids.contains(pipeline + ".dead")) return;
          var inOrder = new LinkedHashSet<>(ordered);
          inOrder.retainAll(ids);
          inOrder.addAll(ids);
          result.phases.put(pipeline, phasesOf(inOrder));
        });
    return result;
  }

  private static List<String> phasesOf(Collection<String> ids) {
    return ids.stream()
        .map(id -> id.substring(id.indexOf('.') + 1))
        .filter(last -> !TopicNames.isReserved(last))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /// The phases of each pipeline, as [#phases(String)] has them.
  public Map<String, List<String>> all() {
    return Collections.unmodifiableMap(phases);
  }

  /// The phases of a pipeline: those of the server file in its order, then the others by name.
  ///
  /// @throws CommandFailure with near names, when the cluster has no topics of it
  public List<String> phases(String pipeline) {
    var known = phases.get(pipeline);
    if (known != null) return List.copyOf(known);
    throw CommandFailure.usage(
        "the cluster has no topics of a pipeline '"
            + Printable.line(pipeline)
            + "'; "
            + NearNames.remedy(pipeline, phases.keySet()));
  }
}
