package dev.phaseline.cli.progress;

import java.io.PrintWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A line every few seconds, without a single control character: for logs, pipes and people who
/// asked for it.
public final class PlainScreen implements Screen {
  /// Between two lines of progress.
  public static final Duration BETWEEN_LINES = Duration.ofSeconds(3);

  private final PrintWriter out;
  private final Speed speed = new Speed();
  private @Nullable Duration lastLine;
  private @Nullable View last;
  private @Nullable View printed;

  /// @param out where the lines go
  public PlainScreen(PrintWriter out) {
    this.out = out;
  }

  @Override
  public synchronized void show(View view) {
    speed.add(view);
    last = view;
    if (lastLine != null && view.elapsed().minus(lastLine).compareTo(BETWEEN_LINES) < 0) return;
    lastLine = view.elapsed();
    print(view);
  }

  @Override
  public synchronized void line(String text) {
    out.println(text);
    out.flush();
  }

  /// The last view is always seen.
  @Override
  public synchronized void close() {
    if (last != null && !last.equals(printed)) print(last);
    last = null;
  }

  private void print(View view) {
    printed = view;
    out.println(Layout.plain(view, speed));
    out.flush();
  }
}
