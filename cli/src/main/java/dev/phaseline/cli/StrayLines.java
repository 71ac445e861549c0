package dev.phaseline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.cli.progress.TerminalWriter;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;

/// A print stream whose lines go through a [TerminalWriter], for what is not printed by a command:
/// a trace of the JVM's, a word of a library's. Thread-safe, as [PrintStream] is.
final class StrayLines extends OutputStream {
  private static final int LINE_BYTES_MAX = 1 << 16;

  private final TerminalWriter to;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  private StrayLines(TerminalWriter to) {
    this.to = to;
  }

  static PrintStream into(TerminalWriter to) {
    return new PrintStream(new StrayLines(to), true, UTF_8);
  }

  @Override
  public synchronized void write(int single) {
    if (single == '\n' || line.size() == LINE_BYTES_MAX) {
      to.println(line.toString(UTF_8));
      line.reset();
    }
    if (single != '\n') line.write(single);
  }
}
