package dev.phaseline.queue;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.engine.Thrown;
import dev.phaseline.core.engine.UserCode;
import dev.phaseline.core.engine.UserCode.Answer.Gave;
import dev.phaseline.core.engine.UserCode.Answer.Threw;
import org.jspecify.annotations.Nullable;

/// The user's codec behind a guard: what it throws becomes a failure of its item, or, when what it
/// depends on is down, of the queue. Thread-safe.
///
/// @param <T> the items' data
/// @param queue the queue's name, for messages
/// @param codec the user's
record ItemCodec<T>(String queue, Codec<T> codec) {
  /// The result of decoding.
  ///
  /// @param <T> the items' data
  sealed interface Decoded<T> {
    /// The data.
    ///
    /// @param <T> the items' data
    record Data<T>(T value) implements Decoded<T> {}

    /// Bytes that are no data of this queue.
    ///
    /// @param <T> the items' data
    /// @param thrown what the codec threw; null when it gave null
    record Undecodable<T>(@Nullable Thrown thrown) implements Decoded<T> {}
  }

  /// @throws ItemRefusedException when the data can't be encoded
  /// @throws QueueUnavailableException when what the codec depends on is down
  byte[] encode(String address, T data) {
    return switch (UserCode.<byte[]>call(() -> codec.encode(address, data))) {
      case Gave<byte[]>(byte @Nullable [] bytes) when bytes != null -> bytes;
      case Gave<byte[]> nothing ->
          throw new ItemRefusedException(queue, "its codec gave null for the bytes");
      case Threw<byte[]>(Thrown thrown) -> {
        refuseIfDown(thrown);
        throw new ItemRefusedException(queue, "it can't be encoded: " + thrown.inWords());
      }
    };
  }

  /// @throws QueueUnavailableException when what the codec depends on is down
  Decoded<T> decode(String address, byte[] bytes) {
    return switch (UserCode.<T>call(() -> codec.decode(address, bytes))) {
      case Gave<T>(@Nullable T value) when value != null -> new Decoded.Data<>(value);
      case Gave<T> nothing -> new Decoded.Undecodable<>(null);
      case Threw<T>(Thrown thrown) -> {
        refuseIfDown(thrown);
        yield new Decoded.Undecodable<>(thrown);
      }
    };
  }

  private void refuseIfDown(Thrown thrown) {
    if (thrown.is(DependencyDownException.class)) {
      throw new QueueUnavailableException(queue, "its codec waits: " + thrown.message(), null);
    }
  }
}
