package dev.phaseline.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
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
  /// Names that a phase may not have, because topics of that name mean something else. Neither may
  /// it begin with `scheduler-` or `tracker-`.
  public static final Set<String> RESERVED = Names.RESERVED;

  private final String name;
  private final int version;
  private final List<Phase<?>> phases;
  private final List<Phase<?>> others; // of older versions, or moved
  private final PipelineWide wide;
  private final List<Pipeline> older;

  private Pipeline(
      String name, int version, List<Phase<?>> phases, PipelineWide wide, List<Pipeline> older) {
    this.name = name;
    this.version = version;
    this.phases = List.copyOf(phases);
    this.wide = wide;
    this.older = List.copyOf(older);
    this.others = PipelineVersions.otherPhases(phases, wide.migrations(), phasesOf(older));
  }

  /// Starts a declaration. Its first phase may receive any type.
  ///
  /// @throws IllegalArgumentException when the name is not valid
  public static Builder<Object> named(String name) {
    Names.checkPipeline(name);
    return new Builder<>(name);
  }

  /// Several versions of one pipeline, to be run side by side: each item is handled under the
  /// version of its job. The result is the newest of them, with the phases that only older ones
  /// have behind its own. Where a lane has one rule for all items (ordering, concurrency, timeout,
  /// retry, limits), it is that of the newest version that has the phase.
  ///
  /// @param versions at least one, in any order
  /// @throws IllegalArgumentException when they have several names, or two have one version
  public static Pipeline together(Collection<Pipeline> versions) {
    var sorted = newestFirst(versions);
    var newest = sorted.getFirst();
    return new Pipeline(
        newest.name, newest.version, newest.phases, newest.wide, sorted.subList(1, sorted.size()));
  }

  /// Versions of one pipeline, each by itself.
  ///
  /// @throws IllegalArgumentException when they can't be run side by side
  private static List<Pipeline> newestFirst(Collection<Pipeline> versions) {
    if (versions.isEmpty()) throw new IllegalArgumentException("no version of a pipeline");
    var sorted = new ArrayList<Pipeline>();
    for (var each : versions) sorted.addAll(each.versions());
    sorted.sort(Comparator.comparingInt(Pipeline::version).reversed());
    var name = sorted.getFirst().name();
    var seen = new HashSet<Integer>();
    for (var each : sorted) {
      if (!each.name().equals(name)) {
        throw new IllegalArgumentException(
            "pipelines '" + name + "' and '" + each.name() + "' are not versions of one pipeline");
      }
      if (!seen.add(each.version())) {
        throw new IllegalArgumentException(
            "pipeline '" + name + "' has two declarations of version " + each.version());
      }
    }
    return sorted;
  }

  private static List<Phase<?>> phasesOf(List<Pipeline> versions) {
    return versions.stream().<Phase<?>>flatMap(each -> each.phases().stream()).toList();
  }

  /// A pipeline whose phases were put together.
  ///
  /// @throws IllegalArgumentException as [Builder#build]
  static Pipeline checked(String name, int version, List<Phase<?>> phases, PipelineWide wide) {
    if (phases.isEmpty()) {
      throw new IllegalArgumentException("pipeline '" + name + "' has no phase");
    }
    var seen = new LinkedHashSet<String>();
    for (var phase : phases) {
      if (Names.isReserved(phase.name())) {
        throw new IllegalArgumentException(
            "pipeline '" + name + "': a phase can't be called '" + phase.name() + "'");
      }
      if (!seen.add(phase.name())) {
        throw new IllegalArgumentException(
            "pipeline '" + name + "' has two phases called '" + phase.name() + "'");
      }
    }
    PipelineVersions.check(name, version, phases, wide.migrations());
    return new Pipeline(name, version, phases, wide, List.of());
  }

  /// The pipeline's name.
  public String name() {
    return name;
  }

  /// The version of the declaration, the newest of several; 1 unless it was set.
  public int version() {
    return version;
  }

  /// All versions that are run side by side, the newest first, each by itself; without others, this
  /// pipeline alone.
  public List<Pipeline> versions() {
    if (older.isEmpty()) return List.of(this);
    var all = new ArrayList<Pipeline>();
    all.add(new Pipeline(name, version, phases, wide, List.of()));
    all.addAll(older);
    return List.copyOf(all);
  }

  /// Mappings of items of older versions to this one.
  public List<Migration> migrations() {
    return wide.migrations();
  }

  /// The phases of this version, in order; never empty.
  public List<Phase<?>> declared() {
    return phases;
  }

  /// All phases that items may be in: those of this version in order, and behind them those of
  /// older versions that are run beside it or whose items it maps to its own.
  public List<Phase<?>> phases() {
    if (others.isEmpty()) return phases;
    return Stream.concat(phases.stream(), others.stream()).<Phase<?>>map(phase -> phase).toList();
  }

  /// The first phase: where jobs are submitted.
  public Phase<?> first() {
    return phases.getFirst();
  }

  /// Codec of results, if the pipeline keeps them.
  public Optional<Codec<?>> result() {
    return Optional.ofNullable(wide.result());
  }

  /// The failure handler of phases that have none of their own, if there is one.
  public Optional<FailureHandler<Object>> onFailure() {
    return Optional.ofNullable(wide.onFailure());
  }

  /// The phase of that name.
  public Optional<Phase<?>> find(String phase) {
    return phases().stream().filter(p -> p.name().equals(phase)).findFirst();
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

  /// The phase after this one in this version, if it is one of its phases and not the last.
  public Optional<Phase<?>> after(String phase) {
    var next = phases.indexOf(phase(phase)) + 1;
    return next > 0 && next < phases.size() ? Optional.of(phases.get(next)) : Optional.empty();
  }

  /// This pipeline with interceptors around the handler and the compensation of every phase, the
  /// first one outermost; those that it has already are inside of them. Failure handlers are not
  /// intercepted: they have no payload when it can't be decoded.
  public Pipeline interceptedBy(HandlerInterceptor... interceptors) {
    var around = phases;
    for (var inner : List.of(interceptors).reversed()) {
      around = around.stream().<Phase<?>>map(phase -> intercepted(phase, inner)).toList();
    }
    var olderOnes = older.stream().map(each -> each.interceptedBy(interceptors)).toList();
    return new Pipeline(name, version, around, wide, olderOnes);
  }

  /// This pipeline with its code wrapped: handlers, codecs, key functions, failure handlers,
  /// compensations and migrations.
  public Pipeline codeWrappedBy(CodeWrapper wrapper) {
    return new Pipeline(
        name,
        version,
        phases.stream().<Phase<?>>map(phase -> phase.codeWrappedBy(wrapper)).toList(),
        wide.codeWrappedBy(wrapper),
        older.stream().map(each -> each.codeWrappedBy(wrapper)).toList());
  }

  private static <I> Phase<I> intercepted(Phase<I> phase, HandlerInterceptor by) {
    var compensation = phase.recovery().compensation();
    return phase
        .withHandler(intercepted(phase.handler(), by))
        .withRecovery(
            phase
                .recovery()
                .withCompensation(compensation == null ? null : intercepted(compensation, by)));
  }

  private static <I, O> PhaseHandler<I, O> intercepted(
      PhaseHandler<I, O> handler, HandlerInterceptor by) {
    return (payload, context) ->
        by.around(
            new HandlerInterceptor.Invocation<O>() {
              @Override
              public Object payload() {
                return payload;
              }

              @Override
              public PhaseContext context() {
                return context;
              }

              @Override
              public Outcome<O> proceed() throws Exception {
                return handler.handle(payload, context);
              }
            });
  }

  /// The names of all phases that items may be in, in the order of [#phases()].
  public List<String> phaseNames() {
    return phases().stream().<String>map(Phase::name).toList();
  }

  @Override
  public String toString() {
    return name + phaseNames();
  }

  /// A declaration under way, typed by the output of the phase that was added last, so that a phase
  /// whose codec can't encode that output does not compile. Not thread-safe.
  ///
  /// Each method of one name comes twice. The first one is for a phase that receives what its
  /// predecessor hands on, or a supertype of it. The second one is for the first phase, and for
  /// those behind a handler that hands nothing on by [Outcome.Next] (it only ends items or chooses
  /// phases by name): its output type is [Object] then, and every codec fits. A handler whose
  /// output is declared to be `Object` is not checked for the same reason.
  ///
  /// Calls are meant to be chained: each returns this builder under its new type. A builder that is
  /// kept in a variable keeps the type that it had there, so a loop over phases that are known at
  /// run time only, on a `Builder<Object>`, is taken unchecked.
  ///
  /// @param <O> what the latest phase hands on; [Object] when there is none or nothing is known of
  ///   it
  public static final class Builder<O> {
    private final String name;
    private final List<Phase<?>> phases = new ArrayList<>();
    private @Nullable Codec<?> result;
    private final List<Migration> migrations = new ArrayList<>();
    private int version = 1;
    private @Nullable FailureHandler<Object> onFailure;

    private Builder(String name) {
      this.name = name;
    }

    /// Adds a phase with the default options.
    public <N, P, C extends Encoder<? super O> & Decoder<N> & AnyPayload<Object>> Builder<P> phase(
        String phase, C input, PhaseHandler<N, P> handler) {
      return add(phase, input, handler, null, options -> options);
    }

    /// Adds a phase that any type may come before, with the default options.
    public <N, P, C extends Decoder<N> & AnyPayload<? extends O>> Builder<P> phase(
        String phase, C input, PhaseHandler<N, P> handler) {
      return add(phase, input, handler, null, options -> options);
    }

    /// Adds a phase with changed options.
    public <N, P, C extends Encoder<? super O> & Decoder<N> & AnyPayload<Object>> Builder<P> phase(
        String phase, C input, PhaseHandler<N, P> handler, UnaryOperator<PhaseOptions> options) {
      return add(phase, input, handler, null, options);
    }

    /// Adds a phase that any type may come before, with changed options.
    public <N, P, C extends Decoder<N> & AnyPayload<? extends O>> Builder<P> phase(
        String phase, C input, PhaseHandler<N, P> handler, UnaryOperator<PhaseOptions> options) {
      return add(phase, input, handler, null, options);
    }

    /// Adds a phase whose items are ordered by a key taken from their payload, whoever submits
    /// them: what arrives under another key, or none, is sent round once under its own, and its
    /// order counts from there. A payload for which the function returns null has no key and is in
    /// order with no other; one for which it throws is its item's failure.
    public <N, P, C extends Encoder<? super O> & Decoder<N> & AnyPayload<Object>> Builder<P> phase(
        String phase,
        C input,
        PhaseHandler<N, P> handler,
        Function<? super N, @Nullable String> keyBy,
        UnaryOperator<PhaseOptions> options) {
      return add(phase, input, handler, keyBy, options);
    }

    /// Adds a phase that any type may come before, whose items are ordered by a key taken from
    /// their payload, as above.
    public <N, P, C extends Decoder<N> & AnyPayload<? extends O>> Builder<P> phase(
        String phase,
        C input,
        PhaseHandler<N, P> handler,
        Function<? super N, @Nullable String> keyBy,
        UnaryOperator<PhaseOptions> options) {
      return add(phase, input, handler, keyBy, options);
    }

    /// Sets how the result of a job is encoded; without it, results must be absent. It is checked
    /// against the output of the latest phase: call it behind the last one. What a handler gives to
    /// [Outcome#done(Object)] is not checked.
    public <C extends Encoder<? super O> & AnyPayload<Object>> Builder<O> result(C codec) {
      result = (Codec<?>) codec;
      return this;
    }

    /// Sets how the result of a job is encoded whose last phase may hand on any type.
    public <C extends AnyPayload<? extends O>> Builder<O> result(C codec) {
      result = (Codec<?>) codec;
      return this;
    }

    /// Sets the version of the declaration. Raise it with a change that items under way must not
    /// meet: they end under the version of their job.
    ///
    /// @throws IllegalArgumentException when it is not in 1..1,000,000
    public Builder<O> version(int number) {
      Names.checkVersion(name, number);
      version = number;
      return this;
    }

    /// Migration of items of an older version, on servers that do not have it: each as it is read.
    /// An item for which a function throws becomes a dead letter that names the migration.
    ///
    /// @param older the older version
    /// @param how where its items go, and what becomes of their payloads
    /// @throws IllegalArgumentException when the version is not in 1..1,000,000, or a phase is
    ///   named twice
    public Builder<O> migrateFrom(int older, UnaryOperator<Migration.Builder> how) {
      migrations.add(how.apply(new Migration.Builder()).from(name, older));
      return this;
    }

    /// Sets the failure handler of a phase that was added before: it decides about an item that is
    /// about to become a dead letter there.
    ///
    /// @throws IllegalArgumentException when no phase of that name was added yet
    public <I> Builder<O> onFailure(PhaseRef<I> phase, FailureHandler<I> handler) {
      return recover(phase, was -> was.withOnFailure(handler));
    }

    /// Sets the failure handler of all phases that have none of their own.
    public Builder<O> onFailure(FailureHandler<Object> handler) {
      onFailure = handler;
      return this;
    }

    /// Sets the compensation of a phase that was added before: it undoes what the phase's handler
    /// has done for an item, when [Outcome.Compensate] asks for that.
    ///
    /// It is called with the payload that the phase got for the item, once the phases that the item
    /// finished later are undone, and with the phase's options: concurrency, order by key, timeout,
    /// retry. The context's idempotency key is the one that the handler had, so that it names what
    /// is to be undone. It ends with [Outcome.Done]; [Outcome.RetryAfter], [Outcome.Suspend],
    /// [Outcome.Dead] and a throw mean what they mean of a handler, and any other outcome is a
    /// failure. As a handler it may run more than once, so it is idempotent.
    ///
    /// @throws IllegalArgumentException when no phase of that name was added yet
    public <I> Builder<O> compensate(PhaseRef<I> phase, PhaseHandler<I, ?> handler) {
      return recover(phase, was -> was.withCompensation(handler));
    }

    @SuppressWarnings("unchecked") // the reference names the phase, and with it what it receives
    private <I> Builder<O> recover(PhaseRef<I> phase, UnaryOperator<Recovery<I>> change) {
      for (var at = 0; at < phases.size(); at++) {
        if (!phases.get(at).name().equals(phase.name())) continue;
        var found = (Phase<I>) phases.get(at);
        phases.set(at, found.withRecovery(change.apply(found.recovery())));
        return this;
      }
      throw new IllegalArgumentException(
          "pipeline '"
              + name
              + "' has no phase '"
              + phase.name()
              + "' so far; add the phase before its failure handler and its compensation");
    }

    @SuppressWarnings("unchecked") // a type that only the compiler looks at
    private <N, P> Builder<P> add(
        String phase,
        Decoder<N> input,
        PhaseHandler<N, P> handler,
        @Nullable Function<? super N, @Nullable String> keyBy,
        UnaryOperator<PhaseOptions> options) {
      var how = options.apply(PhaseOptions.DEFAULT);
      phases.add(new Phase<>(phase, (Codec<N>) input, handler, how, keyBy));
      return (Builder<P>) this;
    }

    /// Ends the declaration.
    ///
    /// @throws IllegalArgumentException when there is no phase, two have one name, one has a
    ///   reserved name, or a migration is from a version that is not older, or to an unknown phase
    public Pipeline build() {
      return checked(name, version, phases, new PipelineWide(result, migrations, onFailure));
    }
  }
}
