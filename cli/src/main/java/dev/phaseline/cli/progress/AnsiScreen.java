package dev.phaseline.cli.progress;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.IntSupplier;

/// A table that is redrawn where it stands.
///
/// A frame is one write, wrapped into a synchronised update where the terminal knows that, and each
/// line is overwritten before its rest is cleared: nothing blinks. No line is as wide as the
/// terminal, so none wraps and the way back up is known.
public final class AnsiScreen implements Screen {
  private static final String HIDE_CURSOR = "\u001b[?25l";
  private static final String SHOW_CURSOR = "\u001b[?25h";
  private static final String FRAME_BEGINS = "\u001b[?2026h";
  private static final String FRAME_ENDS = "\u001b[?2026l";
  private static final String CLEAR_REST_OF_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final TerminalWriter out;
  private final IntSupplier columns;
  private final Speed speed = new Speed();
  private List<String> shown = List.of();
  private boolean hidden;
  private boolean closed;

  /// @param out the terminal
  /// @param columns how wide it is now; asked for each frame
  public AnsiScreen(PrintWriter out, IntSupplier columns) {
    this.out = TerminalWriter.of(out);
    this.columns = columns;
  }

  @Override
  public synchronized void show(View view) {
    if (closed) return;
    speed.add(view);
    var lines = Layout.table(view, speed, Math.max(1, columns.getAsInt() - 1), true);
    var frame = new StringBuilder(FRAME_BEGINS);
    if (!hidden) frame.append(HIDE_CURSOR);
    hidden = true;
    backToTop(frame);
    draw(frame, lines);
    write(frame.append(CLEAR_BELOW).append(FRAME_ENDS));
    shown = lines;
  }

  @Override
  public synchronized void line(String text) {
    var frame = new StringBuilder();
    if (!closed) {
      backToTop(frame);
      frame.append(CLEAR_BELOW);
    }
    frame.append(Escapes.line(text)).append('\n');
    if (!closed) draw(frame, shown);
    write(frame);
  }

  @Override
  public synchronized void close() {
    if (closed) return;
    closed = true;
    if (hidden) write(new StringBuilder(SHOW_CURSOR));
  }

  private void backToTop(StringBuilder frame) {
    frame.append('\r');
    if (!shown.isEmpty()) frame.append("\u001b[").append(shown.size()).append('A');
  }

  private static void draw(StringBuilder frame, List<String> lines) {
    for (var line : lines) frame.append(line).append(CLEAR_REST_OF_LINE).append('\n');
  }

  private void write(StringBuilder frame) {
    out.styled(frame.toString());
  }
}
