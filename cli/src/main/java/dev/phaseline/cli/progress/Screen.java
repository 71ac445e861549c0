package dev.phaseline.cli.progress;

/// Display of progress. Thread-safe: log lines may come from any thread.
public sealed interface Screen extends AutoCloseable permits AnsiScreen, PlainScreen {

  /// Shows the newest view, in place of the last one or as a line now and then.
  void show(View view);

  /// Writes a line that stays.
  void line(String text);

  /// Leaves the terminal as it was found; what was shown last stays. Idempotent.
  @Override
  void close();
}
