package dev.phaseline.core;

import org.jspecify.annotations.Nullable;

/// The treatment of a phase's failures by code: its failure handler and its compensation.
/// Immutable.
///
/// @param <I> what the phase receives
/// @param onFailure decides about items that are about to die; null for the pipeline's, or none
/// @param compensation undoes what the phase has done for an item; null when there is nothing to
///   undo
public record Recovery<I>(
    @Nullable FailureHandler<I> onFailure, @Nullable PhaseHandler<I, ?> compensation) {

  /// None: what fails becomes a dead letter, and there is nothing to undo.
  public static <I> Recovery<I> none() {
    return new Recovery<>(null, null);
  }

  Recovery<I> withOnFailure(@Nullable FailureHandler<I> other) {
    return new Recovery<>(other, compensation);
  }

  Recovery<I> withCompensation(@Nullable PhaseHandler<I, ?> other) {
    return new Recovery<>(onFailure, other);
  }

  Recovery<I> codeWrappedBy(CodeWrapper wrapper) {
    return new Recovery<>(
        onFailure == null ? null : wrapper.failureHandler(onFailure),
        compensation == null ? null : wrapper.handler(compensation));
  }
}
