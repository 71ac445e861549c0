package dev.phaseline.outbox;

import java.time.Duration;

/// Limits and times of a relay, each with its default. If it exists, it is valid. Immutable.
///
/// @param batchRows the most rows in a transaction of Kafka, 1 to 10,000
/// @param poll the time between two looks for rows, where the database sends no signals
/// @param pollWithSignals the same where it does (PostgreSQL), in case that one is lost
/// @param takeover the time without a sign of life of the relay that publishes, after which another
///   one takes its place; at least a tenth of a second
public record RelayTuning(
    int batchRows, Duration poll, Duration pollWithSignals, Duration takeover) {
  private static final int BATCH_ROWS_MAX = 10_000;
  private static final Duration TAKEOVER_MIN = Duration.ofMillis(100);

  /// 2,000 rows, 20 ms, half a second, 5 seconds.
  public static final RelayTuning DEFAULT =
      new RelayTuning(2_000, Duration.ofMillis(20), Duration.ofMillis(500), Duration.ofSeconds(5));

  public RelayTuning {
    if (batchRows < 1 || batchRows > BATCH_ROWS_MAX) {
      throw new IllegalArgumentException(
          "batchRows is not in 1.." + BATCH_ROWS_MAX + ": " + batchRows);
    }
    positive("poll", poll);
    positive("pollWithSignals", pollWithSignals);
    if (takeover.compareTo(TAKEOVER_MIN) < 0) {
      throw new IllegalArgumentException("takeover is less than 100 ms: " + takeover);
    }
  }

  private static void positive(String name, Duration time) {
    if (time.toMillis() < 1) throw new IllegalArgumentException(name + " < 1 ms: " + time);
  }

  /// This with another number of rows.
  public RelayTuning withBatchRows(int most) {
    return new RelayTuning(most, poll, pollWithSignals, takeover);
  }

  /// This with other times between looks.
  public RelayTuning withPolls(Duration without, Duration with) {
    return new RelayTuning(batchRows, without, with, takeover);
  }

  /// This with another time before a takeover.
  public RelayTuning withTakeover(Duration silence) {
    return new RelayTuning(batchRows, poll, pollWithSignals, silence);
  }
}
