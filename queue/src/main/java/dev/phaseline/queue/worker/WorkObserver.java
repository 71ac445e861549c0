package dev.phaseline.queue.worker;

/// Observer of a worker's runs. It is called on the handlers' threads and must not throw.
interface WorkObserver {
  /// An observer that does nothing.
  WorkObserver NONE =
      new WorkObserver() {
        @Override
        public void started() {}

        @Override
        public void handled(long nanos) {}

        @Override
        public void ended() {}

        @Override
        public void counted(WorkResult result) {}
      };

  /// An item is in hand.
  void started();

  /// A handler has returned or thrown, after so long.
  void handled(long nanos);

  /// An item is in hand no longer.
  void ended();

  /// Counts the result of a delivery.
  void counted(WorkResult result);
}
