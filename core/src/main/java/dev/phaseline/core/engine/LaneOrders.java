package dev.phaseline.core.engine;

import org.jspecify.annotations.Nullable;

/// What operators have said that concerns a lane: the whole of it, so that obeying it twice is
/// obeying it once.
///
/// @param <R> the record
/// @param <S> what is published
/// @param paused whether nothing may start and nothing more is fetched
/// @param cancelled the jobs that are cancelled; null when there are none, which costs nothing
public record LaneOrders<R, S>(boolean paused, @Nullable Cancelled<R, S> cancelled) {

  /// Jobs whose items end without being handled. Called on the lane's thread.
  ///
  /// @param <R> the record
  /// @param <S> what is published
  public interface Cancelled<R, S> {
    /// Whether the record belongs to one of them.
    boolean has(R record);

    /// What is published for an item of one.
    Settlement<S> settlementOf(Slot<R, S> slot);
  }

  /// Nothing was said.
  public static <R, S> LaneOrders<R, S> none() {
    return new LaneOrders<>(false, null);
  }
}
