package dev.phaseline.core.run;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DeadKind;
import dev.phaseline.core.FailureHandler;
import dev.phaseline.core.Phase;
import dev.phaseline.core.Pipeline;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Ways of the items of one phase under one version of its pipeline: to the phases by name, the one
/// behind it, the end. Immutable.
final class Routes {
  private final int version;
  private final Map<String, Target<?>> targets;
  private final List<String> names;
  private final @Nullable Target<?> next;
  private final Map<Moved, Target<?>> moved;
  private final String doneTopic;
  private final @Nullable Codec<?> result;
  private final @Nullable FailureHandler<Object> onFailure;

  /// A phase of an older version that a migration has moved.
  private record Moved(String phase, int version) {}

  Routes(Pipeline pipeline, String phase, Topics topics) {
    var byName = new HashMap<String, Target<?>>();
    for (var each : pipeline.declared()) {
      var topic = topics.phase(each.name());
      byName.put(each.name(), new Target<>(each, topic, pipeline.version()));
    }
    this.version = pipeline.version();
    this.targets = Map.copyOf(byName);
    this.names = pipeline.declared().stream().<String>map(Phase::name).toList();
    this.moved = moved(pipeline, topics);
    this.next = pipeline.after(phase).map(after -> targets.get(after.name())).orElse(null);
    this.doneTopic = topics.done();
    this.result = pipeline.result().orElse(null);
    this.onFailure = pipeline.onFailure().orElse(null);
  }

  private static Map<Moved, Target<?>> moved(Pipeline pipeline, Topics topics) {
    var all = new HashMap<Moved, Target<?>>();
    for (var migration : pipeline.migrations()) {
      for (var step : migration.steps()) {
        if (!step.moves()) continue;
        var was = pipeline.phase(step.phase());
        var at = new Target<>(was, topics.phase(was.name()), migration.from());
        all.put(new Moved(was.name(), migration.from()), at);
      }
    }
    return Map.copyOf(all);
  }

  /// The phase behind this one; null when it is the last.
  @Nullable Target<?> next() {
    return next;
  }

  /// The phase that a fan-out goes to: the next one when it names none.
  Target<?> ofChildren(@Nullable String name) {
    if (name != null) return named(name);
    if (next != null) return next;
    throw new ItemFault(DeadKind.BAD_OUTCOME, "a fan-out in the last phase names no phase");
  }

  /// The phase of this name. None is not the next one: a name that was looked up and not found
  /// would send the item somewhere else than its handler meant.
  Target<?> named(@Nullable String name) {
    var target = name == null ? null : targets.get(name);
    if (target != null) return target;
    throw new ItemFault(
        DeadKind.BAD_OUTCOME,
        "the handler chose "
            + (name == null ? "no phase" : "phase '" + name + "'")
            + ", but there are "
            + names);
  }

  /// The phase of this name, which an item has finished. One that a migration has moved is undone
  /// where it was, under its old name, by the compensation of the phase that is there now.
  ///
  /// @param under the version of the payload that it got
  Target<?> toUndo(String name, int under) {
    var elsewhere = moved.get(new Moved(name, under));
    var target = elsewhere != null ? elsewhere : targets.get(name);
    var mayUndo = target != null && target.phase().recovery().compensation() != null;
    if (target != null && (mayUndo || under != version)) return target.under(under);
    throw new ItemFault(
        DeadKind.BAD_OUTCOME,
        "the item has finished phase '"
            + name
            + "' under version "
            + under
            + (target == null
                ? ", which is not one of "
                    + names
                    + ": add the plug-in of that version, or declare in a migration which phase it"
                    + " is now"
                : ", which has no compensation any more: declare one again"));
  }

  /// The failure handler of phases that have none of their own; null for none.
  @Nullable FailureHandler<Object> onFailure() {
    return onFailure;
  }

  /// The version of the pipeline.
  int version() {
    return version;
  }

  String doneTopic() {
    return doneTopic;
  }

  Codec<?> resultCodec() {
    if (result != null) return result;
    throw new ItemFault(
        DeadKind.BAD_OUTCOME,
        "the handler returned a result, but the pipeline declares no codec for one");
  }
}
