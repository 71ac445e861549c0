package dev.phaseline.jdbc;

import dev.phaseline.core.Outcome;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.PhaseContext;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One attempt at an item, on its way through a transaction: what its handler came to, and the
/// messages of the thread that leads the transaction.
///
/// The handler runs on the attempt's own thread, whichever thread leads.
///
/// @param <O> what the phase hands on
final class Work<O> {
  /// A use of a connection.
  ///
  /// @param <O> what the phase hands on
  @FunctionalInterface
  interface Call<O> {
    @Nullable Outcome<O> with(Connection connection) throws Exception;
  }

  /// Identity of an item's effect.
  ///
  /// @param key of its row
  /// @param phase pipeline and phase, for operators and messages
  /// @param isOwn whether the key is the phase author's, who then answers for items that come back
  record Id(String key, String phase, boolean isOwn) {}

  /// Result of a handler's run.
  ///
  /// @param <O> what the phase hands on
  sealed interface Ran<O> {
    /// An outcome that completes the item.
    @SuppressWarnings("ArrayRecordComponent") // carried, never compared
    record Completed<O>(Outcome<O> outcome, byte[] bytes) implements Ran<O> {}

    /// An outcome that leaves nothing; null is one, too.
    record Nothing<O>(@Nullable Outcome<O> outcome) implements Ran<O> {}

    /// A failure of the handler.
    record Threw<O>(Throwable thrown) implements Ran<O> {}
  }

  /// Message to the attempt's thread.
  sealed interface Message {
    /// The order to lead these, with itself the first.
    record Lead(List<Work<?>> group) implements Message {}

    /// Its handler may run now, in this transaction.
    record Turn(Connection connection, Statements statements, Pace pace) implements Message {}

    /// The transaction is committed with this outcome as bytes, or without anything of the item.
    record Committed(Ran<?> ran) implements Message {}

    /// An earlier transaction has its outcome.
    @SuppressWarnings("ArrayRecordComponent") // carried, never compared
    record Known(byte[] outcome) implements Message {}

    /// The order to begin again, in a transaction of its own if `alone`.
    record Again(boolean alone) implements Message {}
  }

  /// Time between two heartbeats of an attempt that waits for others.
  static final long BEAT_MS = 1_000;

  private final Id id;
  private final PhaseContext context;
  private final Call<O> call;
  private final int outcomeBytesMax;
  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
  private volatile CompletableFuture<Ran<O>> ran = new CompletableFuture<>();
  private volatile boolean alone;

  Work(Id id, PhaseContext context, Call<O> call, int outcomeBytesMax) {
    this.id = id;
    this.context = context;
    this.call = call;
    this.outcomeBytesMax = outcomeBytesMax;
  }

  String key() {
    return id.key();
  }

  String phase() {
    return id.phase();
  }

  PhaseContext context() {
    return context;
  }

  /// Whether it shares its transaction with no other.
  boolean isAlone() {
    return alone;
  }

  /// Lets the item begin again.
  void again(boolean byItself) {
    alone |= byItself;
    ran = new CompletableFuture<>();
  }

  void tell(Message message) {
    messages.add(message);
  }

  /// The message that is there; null when none is.
  @Nullable Message toldMeanwhile() {
    return messages.poll();
  }

  /// The next message. The attempt's timeout does not run meanwhile: it waits for others.
  Message told() throws InterruptedException {
    while (true) {
      var message = messages.poll(BEAT_MS, TimeUnit.MILLISECONDS);
      if (message != null) return message;
      context.heartbeat();
    }
  }

  /// Runs the handler on this thread, for a leader on another one.
  void takeTurn(Message.Turn turn) {
    ran.complete(turn.pace().measured(() -> run(turn.connection(), turn.statements())));
  }

  /// Takes the item out of its turn: its thread was interrupted.
  void withdraw() {
    ran.complete(new Ran.Threw<>(new CancellationException("the attempt was given up")));
  }

  /// The result of its turn, once it is there.
  CompletableFuture<Ran<O>> ran() {
    return ran;
  }

  /// Runs the handler on this thread.
  Ran<O> run(Connection connection, Statements statements) {
    try {
      var guard = new GuardedConnection(connection, statements, "the handler of " + id.phase());
      Outcome<O> outcome;
      try {
        outcome = call.with(guard.view());
      } finally {
        guard.end(); // a refusal counts more than what came of it
      }
      return ran(outcome);
    } catch (OutOfMemoryError memory) {
      throw memory;
    } catch (Throwable thrown) { // the handler's, whatever it is
      return new Ran.Threw<>(thrown);
    }
  }

  private Ran<O> ran(@Nullable Outcome<O> outcome) {
    if (isGivenUp()) throw new CancellationException("the attempt was given up");
    return switch (outcome) {
      case null -> new Ran.Nothing<>(null);
      case Outcome.Next<O> _, Outcome.To<O> _, Outcome.FanOut<O> _, Outcome.Done<O> _ ->
          new Ran.Completed<>(outcome, bytes(outcome));
      case Outcome.RetryAfter<O> _,
          Outcome.Dead<O> _,
          Outcome.Suspend<O> _,
          Outcome.Compensate<O> _ ->
          new Ran.Nothing<>(outcome);
    };
  }

  private byte[] bytes(Outcome<O> outcome) {
    if (outcome instanceof Outcome.To<O>(var phase, _)
        && phase.equals(context.phase())
        && !id.isOwn()) {
      throw new PayloadException(
          "the item goes to the phase that it is in, where its row would be found and its handler"
              + " not run: give the phase keys of its own (SqlPhase.withKey)");
    }
    var bytes = context.outcomes().encode(outcome);
    if (bytes.length <= outcomeBytesMax) return bytes;
    throw new PayloadException(
        "the outcome has "
            + bytes.length
            + " bytes, the limit is "
            + outcomeBytesMax
            + ": raise SqlOptions.withOutcomeBytesMax, or hand on less");
  }

  /// Whether what it comes to no longer counts.
  boolean isGivenUp() {
    return Thread.currentThread().isInterrupted() || context.abandoned() || context.cancelled();
  }

  /// The outcome of bytes that an earlier run has stored.
  @SuppressWarnings("unchecked") // the handler's type is that of its pipeline, which encoded it
  Outcome<O> decoded(byte[] bytes) {
    return (Outcome<O>) context.outcomes().decode(bytes);
  }
}
