package dev.phaseline.cli.submit;

import dev.phaseline.cli.progress.TerminalWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// Display of how many jobs are submitted: one line that is redrawn on a terminal, and elsewhere a
/// line now and then. For one thread.
final class LineProgress implements AutoCloseable {
  private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final TerminalWriter err;
  private final boolean isTerminal;
  private final long started = System.nanoTime();
  private long drawn = started;
  private boolean isOpen;

  LineProgress(TerminalWriter err) {
    this.err = err;
    this.isTerminal = err.isTerminal() && System.getenv("NO_COLOR") == null;
  }

  void show(long jobs) {
    var now = System.nanoTime();
    if (now - drawn < (isTerminal ? REDRAW_NANOS : LINE_NANOS)) return;
    drawn = now;
    var seconds = (now - started) / 1e9;
    var line = String.format(Locale.ROOT, "%,d jobs are submitted, %,.0f/s", jobs, jobs / seconds);
    if (isTerminal) {
      isOpen = true;
      err.styled("\r" + line + "\u001b[K");
    } else {
      err.println("phaseline: " + line);
    }
  }

  /// Leaves an empty line for what comes next. Idempotent.
  void clear() {
    if (isOpen) err.styled("\r\u001b[K");
    isOpen = false;
  }

  @Override
  public void close() {
    clear();
  }
}
