package dev.phaseline.core.engine;

/// Ledgers for tests that are about something else.
final class Ledgers {
  private Ledgers() {}

  /// The ledger of a partition that is read from its start and of which no owner has died.
  static PartitionLedger<Slot> fresh(int partition) {
    return new PartitionLedger<>(
        partition,
        Progress.startingAt(0),
        new PartitionQuarantine<Slot>(
            LaneSettings.Trials.DEFAULT,
            new PartitionQuarantine.Start(Quarantine.NONE, 0, 0),
            new TrialGate().place()));
  }
}
