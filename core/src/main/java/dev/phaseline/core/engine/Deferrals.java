package dev.phaseline.core.engine;

import java.util.Optional;

/// Hands items over to the timer service: called by the lane's thread, pure.
@FunctionalInterface
public interface Deferrals {
  /// The records that bring this item back for its next attempt ([ItemHistory#attempt()]), no
  /// earlier than this from now.
  ///
  /// @return empty when it has to wait in its lane: there is no timer service, or the record that
  ///   it would take is too big
  Optional<Settlement> of(ItemHistory item, long delayNanos);

  /// Without a timer service.
  static Deferrals none() {
    return (_, _) -> Optional.empty();
  }
}
