package dev.phaseline.jdbc;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Options of a transactional phase, each with its default. Immutable.
///
/// @param connections the most transactions at once, so the most connections that the phase takes
///   of the pool; a database with one writer gets one
/// @param groupMax the most items that share a transaction; 1 for a transaction for each
/// @param statementTimeout the time that a statement may take, where the driver can end one; less
///   than the phase's timeout, so that a slow statement ends before its attempt does
/// @param outcomeBytesMax the largest outcome that is stored; a fan-out's has all its children
/// @param makesTables whether tables that are not there are made at the first use
/// @param pruning when rows are removed; null for never
public record SqlOptions(
    int connections,
    int groupMax,
    Duration statementTimeout,
    int outcomeBytesMax,
    boolean makesTables,
    @Nullable Pruning pruning) {

  /// 8 connections (a pool of HikariCP has 10 by default), 100 items together, 20 seconds a
  /// statement, 4 MiB an outcome, no tables made, nothing removed.
  public static final SqlOptions DEFAULT =
      new SqlOptions(8, 100, Duration.ofSeconds(20), 4 << 20, false, null);

  /// Removal of rows that no redelivery can ask for any more.
  ///
  /// A record can come again for as long as the phase's topic has it
  /// ([dev.phaseline.core.PhaseContext#retention()]). While that is not less than `keep`, or not
  /// known, no row is removed, and the log has a warning.
  ///
  /// @param keep the age from which on a row is removed
  /// @param retention how long an item can come again, if that is longer, or if it is not known
  ///   from the topic; null for what the topic says
  public record Pruning(Duration keep, @Nullable Duration retention) {
    public Pruning {
      if (!keep.isPositive()) throw new IllegalArgumentException("keep is not positive: " + keep);
      if (retention != null) check(keep, retention);
    }

    private static void check(Duration keep, Duration retention) {
      if (!retention.isPositive()) {
        throw new IllegalArgumentException("retention is not positive: " + retention);
      }
      if (keep.compareTo(retention) <= 0) {
        throw new IllegalArgumentException(
            "keep "
                + keep
                + " is not longer than retention "
                + retention
                + ": a record that comes again would find no row, and its effect would happen"
                + " twice");
      }
    }

    /// Why rows of this age can't be removed, with the remedy; null when they can.
    @Nullable String refusal(Optional<Duration> topics) {
      if (topics.isEmpty()) {
        return retention != null
            ? null
            : "no row of phaseline_effect is removed, because it is not known how long records of"
                + " the phase's topic can be read again: state it with withPruning(keep,"
                + " retention)";
      }
      if (keep.compareTo(topics.get()) > 0) return null;
      return "no row of phaseline_effect is removed, because a record of the phase's topic can be"
          + " read again for "
          + (topics.get().equals(ChronoUnit.FOREVER.getDuration()) ? "ever" : topics.get())
          + ", and keep is "
          + keep
          + ": raise keep, or lower the topic's retention.ms or segment.ms";
    }
  }

  public SqlOptions {
    atLeastOne("connections", connections);
    atLeastOne("groupMax", groupMax);
    atLeastOne("outcomeBytesMax", outcomeBytesMax);
    Objects.requireNonNull(statementTimeout, "statementTimeout is null");
    if (statementTimeout.toSeconds() < 1) {
      throw new IllegalArgumentException(
          "statementTimeout is less than a second: " + statementTimeout);
    }
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) throw new IllegalArgumentException(name + " < 1: " + value);
  }

  /// These options with another number of connections.
  public SqlOptions withConnections(int most) {
    return new SqlOptions(most, groupMax, statementTimeout, outcomeBytesMax, makesTables, pruning);
  }

  /// These options with another number of items in a transaction.
  public SqlOptions withGroupMax(int most) {
    return new SqlOptions(
        connections, most, statementTimeout, outcomeBytesMax, makesTables, pruning);
  }

  /// These options with another time for statements.
  public SqlOptions withStatementTimeout(Duration most) {
    return new SqlOptions(connections, groupMax, most, outcomeBytesMax, makesTables, pruning);
  }

  /// These options with another size of outcomes.
  public SqlOptions withOutcomeBytesMax(int most) {
    return new SqlOptions(connections, groupMax, statementTimeout, most, makesTables, pruning);
  }

  /// These options, with tables made at the first use.
  public SqlOptions makingTables() {
    return new SqlOptions(connections, groupMax, statementTimeout, outcomeBytesMax, true, pruning);
  }

  /// These options, with rows removed after a time that is longer than records of the phase's topic
  /// can be read again.
  public SqlOptions withPruning(Duration keep) {
    return with(new Pruning(keep, null));
  }

  /// These options, with rows removed after a time that is longer than items can come again.
  ///
  /// @throws IllegalArgumentException when that is too early ([Pruning])
  public SqlOptions withPruning(Duration keep, Duration retention) {
    return with(new Pruning(keep, retention));
  }

  private SqlOptions with(Pruning rule) {
    return new SqlOptions(
        connections, groupMax, statementTimeout, outcomeBytesMax, makesTables, rule);
  }
}
