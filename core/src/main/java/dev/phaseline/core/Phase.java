package dev.phaseline.core;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One step of a pipeline: its name, what it reads, the code that handles it, and how.
///
/// @param <I> what the phase receives
/// @param name unique in its pipeline
/// @param input encodes and decodes what the phase receives
/// @param handler does the work
/// @param options how
/// @param keyBy the ordering key of an item that is handed or submitted to this phase; when null,
///   `Next` and `To` keep the key that they came with and each child of a fan-out gets a key of its
///   own. A payload for which it returns null has no key: its item is in order with no other
/// @param recovery its failure handler and its compensation
public record Phase<I>(
    String name,
    Codec<I> input,
    PhaseHandler<I, ?> handler,
    PhaseOptions options,
    @Nullable Function<? super I, @Nullable String> keyBy,
    Recovery<I> recovery) {

  public Phase {
    Names.check("phase", name);
  }

  /// A phase without failure handler and compensation.
  public Phase(
      String name,
      Codec<I> input,
      PhaseHandler<I, ?> handler,
      PhaseOptions options,
      @Nullable Function<? super I, @Nullable String> keyBy) {
    this(name, input, handler, options, keyBy, Recovery.none());
  }

  Phase<I> withInput(Codec<I> other) {
    return new Phase<>(name, other, handler, options, keyBy, recovery);
  }

  Phase<I> withHandler(PhaseHandler<I, ?> other) {
    return new Phase<>(name, input, other, options, keyBy, recovery);
  }

  Phase<I> withOptions(PhaseOptions other) {
    return new Phase<>(name, input, handler, other, keyBy, recovery);
  }

  Phase<I> withKeyBy(@Nullable Function<? super I, @Nullable String> other) {
    return new Phase<>(name, input, handler, options, other, recovery);
  }

  Phase<I> withRecovery(Recovery<I> other) {
    return new Phase<>(name, input, handler, options, keyBy, other);
  }

  /// This phase with its code wrapped.
  Phase<I> codeWrappedBy(CodeWrapper wrapper) {
    return new Phase<>(
        name,
        wrapper.codec(input),
        wrapper.handler(handler),
        options,
        keyBy == null ? null : wrapper.key(keyBy),
        recovery.codeWrappedBy(wrapper));
  }
}
