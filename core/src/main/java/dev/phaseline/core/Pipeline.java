package dev.phaseline.core;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A named kind of job: an ordered list of phases. Immutable.
///
/// ```java
/// var hello =
///     Pipeline.named("hello")
///         .phase("greet", Codec.text(), (name, _) -> Outcome.next("Hello, " + name))
///         .phase("shout", Codec.text(), (line, _) -> Outcome.done(line.toUpperCase(Locale.ROOT)))
///         .result(Codec.text())
///         .build();
/// ```
public final class Pipeline {
  /// Names that a phase may not have, because topics of that name mean something else.
  public static final Set<String> RESERVED = Set.of("done", "dead");

  private final String name;
  private final List<Phase<?>> phases;
  private final @Nullable Codec<?> result;

  private Pipeline(String name, List<Phase<?>> phases, @Nullable Codec<?> result) {
    this.name = name;
    this.phases = List.copyOf(phases);
    this.result = result;
  }

  /// Starts a declaration.
  ///
  /// @throws IllegalArgumentException when the name is not valid
  public static Builder named(String name) {
    Names.check("pipeline", name);
    return new Builder(name);
  }

  /// The pipeline's name.
  public String name() {
    return name;
  }

  /// The phases, in order; never empty.
  public List<Phase<?>> phases() {
    return phases;
  }

  /// The first phase: where jobs are submitted.
  public Phase<?> first() {
    return phases.getFirst();
  }

  /// How results are encoded, if the pipeline keeps them.
  public Optional<Codec<?>> result() {
    return Optional.ofNullable(result);
  }

  /// The phase of that name.
  public Optional<Phase<?>> find(String phase) {
    return phases.stream().filter(p -> p.name().equals(phase)).findFirst();
  }

  /// The phase of that name.
  ///
  /// @throws IllegalArgumentException naming the phases that there are
  public Phase<?> phase(String phase) {
    return find(phase)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "pipeline '"
                        + name
                        + "' has no phase '"
                        + phase
                        + "'; it has "
                        + phaseNames()));
  }

  /// The phase after this one, if it isn't the last.
  public Optional<Phase<?>> after(String phase) {
    var next = phases.indexOf(phase(phase)) + 1;
    return next < phases.size() ? Optional.of(phases.get(next)) : Optional.empty();
  }

  /// The phases' names, in order.
  public List<String> phaseNames() {
    return phases.stream().<String>map(Phase::name).toList();
  }

  @Override
  public String toString() {
    return name + phaseNames();
  }

  /// Collects a declaration. Not thread-safe.
  public static final class Builder {
    private final String name;
    private final List<Phase<?>> phases = new ArrayList<>();
    private @Nullable Codec<?> result;

    private Builder(String name) {
      this.name = name;
    }

    /// Adds a phase with the default options.
    public <I, O> Builder phase(String phase, Codec<I> input, PhaseHandler<I, O> handler) {
      return phase(phase, input, handler, options -> options);
    }

    /// Adds a phase with changed options.
    public <I, O> Builder phase(
        String phase,
        Codec<I> input,
        PhaseHandler<I, O> handler,
        UnaryOperator<PhaseOptions> options) {
      phases.add(new Phase<>(phase, input, handler, options.apply(PhaseOptions.DEFAULT), null));
      return this;
    }

    /// Adds a phase whose items are ordered by a key taken from their payload, whoever submits
    /// them: what arrives under another key, or none, is sent round once under its own, and its
    /// order counts from there. A payload for which the function returns null has no key and is in
    /// order with no other; one for which it throws is its item's failure.
    public <I, O> Builder phase(
        String phase,
        Codec<I> input,
        PhaseHandler<I, O> handler,
        Function<? super I, @Nullable String> keyBy,
        UnaryOperator<PhaseOptions> options) {
      phases.add(new Phase<>(phase, input, handler, options.apply(PhaseOptions.DEFAULT), keyBy));
      return this;
    }

    /// How the result of a job is encoded; without it, results must be absent.
    public Builder result(Codec<?> codec) {
      result = codec;
      return this;
    }

    /// Ends the declaration.
    ///
    /// @throws IllegalArgumentException when there is no phase, two have one name, or one has a
    ///   reserved name
    public Pipeline build() {
      if (phases.isEmpty()) {
        throw new IllegalArgumentException("pipeline '" + name + "' has no phase");
      }
      var seen = new LinkedHashSet<String>();
      for (var phase : phases) {
        if (RESERVED.contains(phase.name())) {
          throw new IllegalArgumentException(
              "pipeline '" + name + "': a phase can't be called '" + phase.name() + "'");
        }
        if (!seen.add(phase.name())) {
          throw new IllegalArgumentException(
              "pipeline '" + name + "' has two phases called '" + phase.name() + "'");
        }
      }
      return new Pipeline(name, phases, result);
    }
  }
}
