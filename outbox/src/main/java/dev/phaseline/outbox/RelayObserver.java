package dev.phaseline.outbox;

/// Callbacks about published rows, on the relay's thread.
interface RelayObserver {
  /// An observer of nothing.
  RelayObserver NONE =
      new RelayObserver() {
        @Override
        public void published(long delayMs) {}

        @Override
        public void close() {}
      };

  /// Called for each row.
  ///
  /// @param delayMs the time from its submission until it was published, clocks permitting
  void published(long delayMs);

  /// Called once, at the end.
  void close();
}
