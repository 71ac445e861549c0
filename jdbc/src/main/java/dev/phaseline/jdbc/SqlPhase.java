package dev.phaseline.jdbc;

import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.PhaseHandler;
import java.time.InstantSource;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Handler of a phase whose effects in a SQL database happen exactly once. One transaction has what
/// the handler did, the item's key and its outcome. A second run of the item, whatever the reason,
/// finds the row and gives the stored outcome again, without the handler.
///
/// ```java
/// Pipeline.named("payments")
///     .phase("book", codec, SqlPhase.of(dataSource, (payment, connection, context) -> {
///       try (var update = connection.prepareStatement(
///           "UPDATE account SET balance = balance + ? WHERE id = ?")) {
///         ...
///       }
///       return Outcome.next(payment);
///     }))
/// ```
///
/// The database has a table for it, `phaseline_effect` ([SqlDialect#schema()]). Items that come at
/// once share transactions, each behind a savepoint. A deadlock or a serialization failure is tried
/// again in place; a lost connection, a server that takes no writes, or a missing table suspends
/// the phase, and spends no attempt. What is promised and what is not: `docs/jdbc.md`.
///
/// Thread-safe. The data source, which should be a pool, stays the caller's. Connections may come
/// in auto-commit mode; they are given back as they came.
///
/// @param <I> what the phase receives
/// @param <O> what the phase hands on
public final class SqlPhase<I, O> implements PhaseHandler<I, O> {
  private final DataSource source;
  private final SqlHandler<I, O> handler;
  private final SqlOptions options;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final @Nullable BiFunction<? super I, PhaseContext, String> keyOf;
  private final EffectRuns runs;

  private SqlPhase(
      DataSource source,
      SqlHandler<I, O> handler,
      SqlOptions options,
      InstantSource clock,
      LongSupplier nanos,
      @Nullable BiFunction<? super I, PhaseContext, String> keyOf) {
    this.source = source;
    this.handler = handler;
    this.options = options;
    this.clock = clock;
    this.nanos = nanos;
    this.keyOf = keyOf;
    this.runs = new EffectRuns(new Transactions(source, options, clock), nanos);
  }

  /// A handler with the default options. Nothing is asked of the database yet.
  public static <I, O> SqlPhase<I, O> of(DataSource source, SqlHandler<I, O> handler) {
    return new SqlPhase<>(
        source, handler, SqlOptions.DEFAULT, InstantSource.system(), System::nanoTime, null);
  }

  /// This handler with other options.
  public SqlPhase<I, O> withOptions(SqlOptions another) {
    return new SqlPhase<>(source, handler, another, clock, nanos, keyOf);
  }

  /// This handler on another clock, which dates its rows.
  public SqlPhase<I, O> withClock(InstantSource another) {
    return new SqlPhase<>(source, handler, options, another, nanos, keyOf);
  }

  /// This handler with another measure of its handlers' durations, which decide about groups.
  SqlPhase<I, O> withNanos(LongSupplier another) {
    return new SqlPhase<>(source, handler, options, clock, another, keyOf);
  }

  /// This handler with keys of its own in place of [PhaseContext#idempotencyKey()]: for a phase
  /// that an item visits more than once, on purpose, or for work that is the same in two jobs. Two
  /// items of this phase with one key are one piece of work: the second gets the first one's
  /// outcome.
  ///
  /// @param another gives the key, the same one each time for the same work; not blank
  public SqlPhase<I, O> withKey(BiFunction<? super I, PhaseContext, String> another) {
    return new SqlPhase<>(source, handler, options, clock, nanos, another);
  }

  /// Checks the database: that it can be reached, takes writes, has the tables in this version, and
  /// that the pool has as many connections as the phase takes at once. To be called at the start of
  /// a program, where a mistake should end it; without it, the first item meets the mistake, and
  /// the phase is suspended until it is corrected.
  ///
  /// @return this
  /// @throws dev.phaseline.core.DependencyDownException with what is wrong, and the remedy
  public SqlPhase<I, O> verified() {
    runs.verify(source);
    return this;
  }

  @Override
  @SuppressWarnings("NullAway") // a null is the handler's, and its phase says so
  public Outcome<O> handle(I payload, PhaseContext context) throws Exception {
    var phase = context.pipeline() + '.' + context.phase();
    return runs.run(
        new Work<>(
            idOf(phase, payload, context),
            context,
            connection -> handler.handle(payload, connection, context),
            options.outcomeBytesMax()));
  }

  /// A compensation is work of its own, though it has the idempotency key of what it undoes.
  @SuppressWarnings("NullAway") // a null is the author's, and refused
  private Work.Id idOf(String phase, I payload, PhaseContext context) {
    var own = keyOf;
    var work = context.compensating() ? phase + "\ncompensation" : phase;
    if (own != null) {
      return new Work.Id(EffectKeys.of(work, own.apply(payload, context)), phase, true);
    }
    var key = context.idempotencyKey();
    return new Work.Id(context.compensating() ? EffectKeys.of(work, key) : key, phase, false);
  }
}
