package dev.phaseline.core.run;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DeadKind;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.engine.UserCode;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Calls of codecs and key functions, whose failures concern one item alone: a fault of the item,
/// or a dependency of theirs that is away. Without state, so thread-safe.
final class Values {
  private Values() {}

  /// A payload from its bytes.
  ///
  /// @throws ItemFault when they are none
  /// @throws DependencyAway when that can't be told now
  static <I> I decoded(Codec<I> codec, String topic, byte[] bytes) {
    UserCode.Answer<I> answer = UserCode.call(() -> codec.decode(topic, bytes));
    return switch (answer) {
      case UserCode.Answer.Gave<I>(var payload) when payload != null -> payload;
      case UserCode.Answer.Gave<I> _ ->
          throw new ItemFault(DeadKind.UNDECODABLE, "the codec made nothing of it");
      case UserCode.Answer.Threw<I>(var thrown) -> {
        var words = thrown.message();
        if (thrown.is(DependencyDownException.class)) throw new DependencyAway(words);
        throw new ItemFault(
            DeadKind.UNDECODABLE,
            thrown.is(PayloadException.class) ? words : "the codec failed: " + thrown.inWords());
      }
    };
  }

  /// The bytes of a value, by a codec that may be for another type: that is the handler's fault.
  ///
  /// @param value the words for the value
  static byte[] encoded(String value, Callable<byte @Nullable []> encoder) {
    var bytes = made(DeadKind.BAD_OUTCOME, value, encoder);
    if (bytes == null) throw new ItemFault(DeadKind.BAD_OUTCOME, value + " was encoded as null");
    return bytes;
  }

  /// The key that a phase takes from a payload; null when the payload has none, which means that
  /// the item is in order with no other.
  ///
  /// @param otherwise the fault of one that can't be taken
  /// @param value the words for the payload
  static <I> byte @Nullable [] keyOf(
      DeadKind otherwise, String value, Function<? super I, @Nullable String> keyBy, I payload) {
    return made(
        otherwise,
        "the key of " + value,
        () -> {
          var key = keyBy.apply(payload);
          return key == null ? null : Codec.text().encode("", key); // which patches nothing
        });
  }

  private static <T> @Nullable T made(
      DeadKind otherwise, String value, Callable<? extends @Nullable T> maker) {
    UserCode.Answer<T> answer = UserCode.call(maker);
    return switch (answer) {
      case UserCode.Answer.Gave<T>(var product) -> product;
      case UserCode.Answer.Threw<T>(var thrown) -> {
        var words = thrown.message();
        if (thrown.is(DependencyDownException.class)) throw new DependencyAway(words);
        throw new ItemFault(
            otherwise,
            thrown.is(PayloadException.class)
                ? words
                : thrown.is(ClassCastException.class)
                    ? value + " is of the wrong type: " + words
                    : value + " can't be encoded: " + thrown.inWords());
      }
    };
  }
}
