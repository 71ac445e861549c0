package dev.phaseline.core;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A kind of job that is another one with changes: the parent's phases in their order, with other
/// options, handlers, codecs, keys, failure handlers or compensations, and with phases added,
/// replaced or dropped. The result is a pipeline of its own, with its own name, topics and groups.
/// Immutable.
///
/// ```java
/// var fast =
///     PipelineExtension.of("cities-fast", "cities")
///         .options("store", options -> options.withConcurrency(64))
///         .after("normalize", "check", codec, new CheckCity())
///         .drop("archive")
///         .build();
/// ```
///
/// The parent is a name, because it may come from another jar; [#over] makes the pipeline when both
/// are known. A server does that for what [PipelineProvider#extensions] gives.
///
/// Types can't be checked by the compiler across two jars. A handler of another input type than its
/// phase's codec gives, and a phase whose predecessor hands on another type, are failures of their
/// items (`bad_outcome`), as with a bare name in [Outcome#to(String, Object)]. So is an outcome of
/// the parent's handlers that names a dropped phase. Interceptors of the parent are around its own
/// handlers, and not around those of the extension.
public final class PipelineExtension {
  private final String name;
  private final String parent;
  private final List<PhaseChange> changes;

  private PipelineExtension(String name, String parent, List<PhaseChange> changes) {
    this.name = name;
    this.parent = parent;
    this.changes = List.copyOf(changes);
  }

  /// Starts a declaration.
  ///
  /// @throws IllegalArgumentException when a name is not valid, or both are the same
  public static Builder of(String name, String parent) {
    Names.checkPipeline(name);
    Names.check("pipeline", parent);
    if (name.equals(parent)) {
      throw new IllegalArgumentException(
          "pipeline '" + name + "' extends itself: name another parent, or another pipeline");
    }
    return new Builder(name, parent);
  }

  /// The name of the pipeline that it makes.
  public String name() {
    return name;
  }

  /// The name of the pipeline that it changes.
  public String parent() {
    return parent;
  }

  /// The pipeline that it makes of its parent, which stays as it is. Of a parent in several
  /// versions it is made over each, and has their versions, unless it has one of its own; an older
  /// version that it does not fit is left out.
  ///
  /// @throws IllegalArgumentException when a change names a phase that the parent doesn't have, an
  ///   added phase has the name of another, or no phase is left
  public Pipeline over(Pipeline base) {
    var versions = base.versions();
    var made = new ArrayList<Pipeline>();
    made.add(overVersion(versions.getFirst()));
    for (var older : versions.subList(1, versions.size())) {
      try {
        var another = overVersion(older);
        if (another.version() != made.getFirst().version()) made.add(another);
      } catch (IllegalArgumentException doesNotFit) {
        // its items wait for a server whose extension does
      }
    }
    return Pipeline.together(made);
  }

  private Pipeline overVersion(Pipeline base) {
    var draft = PipelineDraft.of(name, base);
    for (var change : changes) {
      try {
        change.apply(draft);
      } catch (IllegalArgumentException refused) {
        throw new IllegalArgumentException(
            "pipeline '" + name + "', which extends '" + parent + "': " + refused.getMessage(),
            refused);
      }
    }
    return draft.pipeline();
  }

  /// This extension with its own code wrapped; the parent's is not touched.
  public PipelineExtension codeWrappedBy(CodeWrapper wrapper) {
    return new PipelineExtension(
        name, parent, changes.stream().map(change -> change.codeWrappedBy(wrapper)).toList());
  }

  @Override
  public String toString() {
    return name + " extends " + parent;
  }

  /// A declaration under way. The changes are made in the order of the calls, so a later one may
  /// concern a phase that an earlier one added. Not thread-safe.
  public static final class Builder {
    private final String name;
    private final String parent;
    private final List<PhaseChange> changes = new ArrayList<>();

    private Builder(String name, String parent) {
      this.name = name;
      this.parent = parent;
    }

    /// Changes the options of a phase: concurrency, ordering, timeout, retry, limits, treatment of
    /// failures. What the function leaves is the parent's.
    public Builder options(String phase, UnaryOperator<PhaseOptions> options) {
      return add(new PhaseChange.Options(phase, options));
    }

    /// Gives a phase another handler.
    public <I> Builder handler(String phase, PhaseHandler<I, ?> handler) {
      return add(new PhaseChange.Handler<>(phase, handler));
    }

    /// Gives a phase another codec.
    public <I> Builder codec(String phase, Codec<I> input) {
      return add(new PhaseChange.Input<>(phase, input));
    }

    /// Takes the ordering key of a phase from its payload by another function.
    public <I> Builder key(String phase, Function<? super I, @Nullable String> keyBy) {
      return add(new PhaseChange.Key<>(phase, keyBy));
    }

    /// Gives a phase another failure handler; null has that of the pipeline decide.
    public <I> Builder onFailure(String phase, @Nullable FailureHandler<I> handler) {
      return add(new PhaseChange.OnFailure<>(phase, handler));
    }

    /// Gives the pipeline another failure handler, for the phases that have none of their own; null
    /// for none.
    public Builder onFailure(@Nullable FailureHandler<Object> handler) {
      return add(new PhaseChange.PipelineOnFailure(handler));
    }

    /// Gives a phase another compensation; null when there is nothing to undo.
    public <I> Builder compensate(String phase, @Nullable PhaseHandler<I, ?> handler) {
      return add(new PhaseChange.Compensate<>(phase, handler));
    }

    /// Adds a phase with the default options before another one.
    public <I> Builder before(
        String place, String phase, Codec<I> input, PhaseHandler<I, ?> handler) {
      return add(new PhaseChange.Insert<>(place, 0, PhaseChange.made(phase, input, handler)));
    }

    /// Adds a phase with the default options behind another one.
    public <I> Builder after(
        String place, String phase, Codec<I> input, PhaseHandler<I, ?> handler) {
      return add(new PhaseChange.Insert<>(place, 1, PhaseChange.made(phase, input, handler)));
    }

    /// Puts a new phase, with the default options and no more than a handler, in the place and
    /// under the name of another one.
    public <I> Builder replace(String phase, Codec<I> input, PhaseHandler<I, ?> handler) {
      return add(new PhaseChange.Replace<>(PhaseChange.made(phase, input, handler)));
    }

    /// Leaves a phase out.
    public Builder drop(String phase) {
      return add(new PhaseChange.Drop(phase));
    }

    /// Encodes results otherwise.
    public Builder result(Codec<?> codec) {
      return add(new PhaseChange.Result<>(codec));
    }

    /// Sets the version, which is the parent's otherwise.
    ///
    /// @throws IllegalArgumentException when it is not in 1..1,000,000
    public Builder version(int version) {
      Names.checkVersion(name, version);
      return add(new PhaseChange.Version(version));
    }

    private Builder add(PhaseChange change) {
      changes.add(change);
      return this;
    }

    /// Ends the declaration.
    public PipelineExtension build() {
      return new PipelineExtension(name, parent, changes);
    }
  }
}
