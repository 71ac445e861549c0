package dev.phaseline.ops.control;

import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.topics.ClusterException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/// Valid targets of control commands: the phases that have a topic, and the servers that have
/// reported or have a setting. Without this check, a typing error would be a setting without
/// effect.
final class Targets implements AutoCloseable {
  private static final long ANSWER_MAX_S = 30;

  private final Admin admin;
  private final TopicNames names;
  private final WorkersView workers;

  Targets(Admin admin, TopicNames names, WorkersView workers) {
    this.admin = admin;
    this.names = names;
    this.workers = workers;
  }

  /// Refuses what there isn't.
  ///
  /// @param said the scopes that have a setting
  /// @throws UnknownTargetException with what there is
  void check(ControlScope scope, Collection<ControlScope> said) {
    switch (scope) {
      case ControlScope.OfPipeline(var pipeline) -> checkPipeline(pipeline, phases());
      case ControlScope.OfJob(var pipeline, var _) -> checkPipeline(pipeline, phases());
      case ControlScope.OfPhase(var pipeline, var phase) -> checkPhase(pipeline, phase);
      case ControlScope.OfServer(var server) -> checkServer(server, said);
      case ControlScope.OfPhaseAt(var server, var of) -> {
        checkPhase(of.pipeline(), of.phase());
        checkServer(server, said);
      }
    }
  }

  private static void checkPipeline(String pipeline, Map<String, Set<String>> phases) {
    if (phases.containsKey(pipeline)) return;
    throw new UnknownTargetException(
        "no pipeline '" + pipeline + "' has topics here",
        pipeline,
        new ArrayList<>(phases.keySet()));
  }

  private void checkPhase(String pipeline, String phase) {
    var phases = phases();
    checkPipeline(pipeline, phases);
    var known = phases.getOrDefault(pipeline, Set.of());
    if (known.contains(phase)) return;
    throw new UnknownTargetException(
        "pipeline '" + pipeline + "' has no phase '" + phase + "'", phase, new ArrayList<>(known));
  }

  private void checkServer(String server, Collection<ControlScope> said) {
    for (var scope : said) {
      if (scope instanceof ControlScope.OfServer(var name) && name.equals(server)) return;
      if (scope instanceof ControlScope.OfPhaseAt(var name, var _) && name.equals(server)) return;
    }
    var known = new ArrayList<String>();
    for (var worker : workers.list()) known.add(worker.heartbeat().server());
    if (known.contains(server)) return;
    throw new UnknownTargetException("no server '" + server + "' has reported here", server, known);
  }

  /// The phases of each pipeline, by their topics.
  private Map<String, Set<String>> phases() {
    var phases = new TreeMap<String, Set<String>>();
    for (var topic : topics()) {
      if (!names.isOfPipeline(topic)) continue;
      var parts = topic.substring(names.namespace().length() + 1).split("\\.", -1);
      var of = phases.computeIfAbsent(parts[0], _ -> new TreeSet<>());
      if (!TopicNames.isReserved(parts[1])) of.add(parts[1]);
    }
    return phases;
  }

  private Collection<String> topics() {
    try {
      return admin.listTopics().names().get(ANSWER_MAX_S, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failed) {
      throw new ClusterException("can't list the topics: " + failed.getMessage(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while listing the topics", interrupted);
    }
  }

  @Override
  public void close() {
    admin.close();
    workers.close();
  }
}
