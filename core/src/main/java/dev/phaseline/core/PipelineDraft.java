package dev.phaseline.core;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A pipeline under change: the phases of the parent, as the changes so far have left them. Used by
/// one thread.
final class PipelineDraft {
  private final String name;
  private final List<Phase<?>> phases;
  private @Nullable Codec<?> result;
  private final List<Migration> migrations;
  private int version;
  private @Nullable FailureHandler<Object> onFailure;

  private PipelineDraft(String name, Pipeline parent) {
    this.name = name;
    this.phases = new ArrayList<>(parent.declared());
    this.migrations = parent.migrations();
    this.result = parent.result().orElse(null);
    this.version = parent.version();
    this.onFailure = parent.onFailure().orElse(null);
  }

  static PipelineDraft of(String name, Pipeline parent) {
    return new PipelineDraft(name, parent);
  }

  /// Changes the phase of that name, whose input type is taken to be the change's: nothing knows it
  /// across two jars, and what does not fit fails where it is used.
  @SuppressWarnings("unchecked")
  <I> void change(String phase, UnaryOperator<Phase<I>> change) {
    phases.set(placeOf(phase), change.apply((Phase<I>) phases.get(placeOf(phase))));
  }

  void insert(String place, int behind, Phase<?> added) {
    phases.add(placeOf(place) + behind, added);
  }

  void drop(String phase) {
    phases.remove(/* index */ placeOf(phase));
  }

  void result(Codec<?> codec) {
    result = codec;
  }

  void version(int number) {
    version = number;
  }

  void onFailure(@Nullable FailureHandler<Object> handler) {
    onFailure = handler;
  }

  private int placeOf(String phase) {
    for (var at = 0; at < phases.size(); at++) {
      if (phases.get(at).name().equals(phase)) return at;
    }
    throw new IllegalArgumentException(
        "there is no phase '"
            + phase
            + "' to change; there are "
            + phases.stream().map(Phase::name).toList());
  }

  /// The pipeline.
  ///
  /// @throws IllegalArgumentException as [Pipeline.Builder#build]
  Pipeline pipeline() {
    var wide = new PipelineWide(result, migrations, onFailure);
    return Pipeline.checked(name, version, phases, wide);
  }
}
