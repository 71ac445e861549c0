package dev.phaseline.core.run;

import dev.phaseline.core.DeadKind;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.Migration;
import dev.phaseline.core.engine.UserCode;

/// Decoding of the payloads of one version for a phase: those of the phase's own, or those of an
/// older version, which are migrated. Immutable.
///
/// @param <I> what the phase receives
interface Reading<I> {
  /// The payload.
  ///
  /// @throws ItemFault when the bytes are none, or it can't be migrated
  /// @throws DependencyAway when that can't be told now
  I payload(byte[] bytes);

  /// Decodes what the phase's own version wrote.
  static <I> Reading<I> own(Target<I> at) {
    return bytes -> Values.decoded(at.phase().input(), at.topic(), bytes);
  }

  /// Decodes what an older version wrote.
  ///
  /// @param step leads to the target
  /// @param topic the topic that it is in
  /// @param words names the migration
  static <O, I> Reading<I> migrated(
      Migration.Step<O, ?> step, String topic, Target<I> to, String words) {
    var was = step.was();
    var change = step.change();
    if (was == null || change == null) {
      return bytes -> Values.decoded(to.phase().input(), topic, bytes);
    }
    return bytes -> {
      var before = Values.decoded(was, topic, bytes);
      UserCode.Answer<Object> answer = UserCode.call(() -> change.apply(before));
      return switch (answer) {
        case UserCode.Answer.Gave<Object>(var payload) when payload != null -> {
          @SuppressWarnings("unchecked") // one of another type fails where it is used
          var typed = (I) payload;
          yield typed;
        }
        case UserCode.Answer.Gave<Object> _ ->
            throw new ItemFault(DeadKind.UNDECODABLE, words + " made nothing of the payload");
        case UserCode.Answer.Threw<Object>(var thrown) -> {
          if (thrown.is(DependencyDownException.class)) throw new DependencyAway(thrown.message());
          throw new ItemFault(DeadKind.UNDECODABLE, words + " failed: " + thrown.inWords());
        }
      };
    };
  }
}
