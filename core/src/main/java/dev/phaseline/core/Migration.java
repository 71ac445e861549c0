package dev.phaseline.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Mapping of the items of an older version of a pipeline to a newer one, which declares it: for
/// servers that do not have the older version any more. Immutable.
///
/// A phase that is not named here keeps its name and its payload, if the newer version has it.
public final class Migration {
  private final int from;
  private final Map<String, Step<?, ?>> steps;

  /// The way of the items in one phase.
  ///
  /// @param phase the phase of the older version
  /// @param to the phase of the newer one
  /// @param was the payload's codec in the older version; null: as in the phase `to`
  /// @param change makes the newer payload of the older one; null: it is the same
  /// @param <O> the older payload
  /// @param <N> the newer payload
  public record Step<O, N>(
      String phase,
      String to,
      @Nullable Codec<O> was,
      @Nullable Function<? super O, ? extends N> change) {
    public Step {
      Names.check("phase", phase);
      Names.check("phase", to);
    }

    /// Whether the item goes on to another topic.
    public boolean moves() {
      return !phase.equals(to);
    }

    private Step<O, N> codeWrappedBy(CodeWrapper wrapper) {
      if (was == null || change == null) return this;
      return new Step<>(phase, to, wrapper.codec(was), wrapper.migration(change));
    }
  }

  private Migration(int from, Map<String, Step<?, ?>> steps) {
    this.from = from;
    this.steps = steps;
  }

  /// The older version.
  public int from() {
    return from;
  }

  /// The ways that were declared.
  public List<Step<?, ?>> steps() {
    return List.copyOf(steps.values());
  }

  /// The way of the items in a phase of the older version; empty when there is none.
  ///
  /// @param newer the phases of the version that declares it
  public Optional<Step<?, ?>> step(String phase, List<Phase<?>> newer) {
    var declared = steps.get(phase);
    if (declared != null) return Optional.of(declared);
    var isThere = newer.stream().anyMatch(its -> its.name().equals(phase));
    return isThere ? Optional.of(new Step<>(phase, phase, null, null)) : Optional.empty();
  }

  Migration codeWrappedBy(CodeWrapper wrapper) {
    var wrapped = new LinkedHashMap<String, Step<?, ?>>();
    steps.forEach((phase, step) -> wrapped.put(phase, step.codeWrappedBy(wrapper)));
    return new Migration(from, wrapped);
  }

  /// A declaration under way. Not thread-safe.
  public static final class Builder {
    private final List<Step<?, ?>> steps = new ArrayList<>();

    Builder() {}

    /// The payload of a phase that keeps its name has changed. Items of one key stay in order.
    ///
    /// @param was the payload's codec in the older version
    /// @param change makes the newer payload of the older one; called by several threads
    public <O> Builder payload(
        String phase, Codec<O> was, Function<? super O, ? extends Object> change) {
      steps.add(new Step<O, Object>(phase, phase, was, change));
      return this;
    }

    /// A phase has another name, or its items go to another phase. They go through its topic, so
    /// they come behind those that are there.
    public Builder move(String phase, String to) {
      steps.add(new Step<Object, Object>(phase, to, null, null));
      return this;
    }

    /// A phase has another name, or its items go to another phase, and the payload has changed.
    ///
    /// @param was the payload's codec in the older version
    /// @param change makes the newer payload of the older one; called by several threads
    public <O> Builder move(
        String phase, String to, Codec<O> was, Function<? super O, ? extends Object> change) {
      steps.add(new Step<O, Object>(phase, to, was, change));
      return this;
    }

    Migration from(String pipeline, int version) {
      Names.checkVersion(pipeline, version);
      var byPhase = new LinkedHashMap<String, Step<?, ?>>();
      for (var step : steps) {
        if (byPhase.put(step.phase(), step) == null) continue;
        throw new IllegalArgumentException(
            "pipeline '"
                + pipeline
                + "': the migration from version "
                + version
                + " names phase '"
                + step.phase()
                + "' twice");
      }
      return new Migration(version, byPhase);
    }
  }
}
