package dev.phaseline.cli.progress;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Standard output or standard error of every command, in UTF-8 whatever the locale: the one place
/// that text passes on its way to a terminal.
///
/// Records, heartbeats, headers and file names are written by others, and a terminal obeys what it
/// is sent. So whatever is printed here is escaped: one `println` is one line, and no escape
/// sequence, C1 control or change of direction comes through, whichever command prints it. Only
/// [#styled] lets through styles, those of [#STYLES] and no others, and only [#bytes] is what it
/// is, for files and pipes. As thread-safe as [PrintWriter].
public final class TerminalWriter extends PrintWriter {
  /// Escape codes of redrawn tables and help texts: colours, cursor up, home, clearing, hiding the
  /// cursor, the other screen, and frames.
  private static final Pattern STYLES =
      Pattern.compile(
          "\u001b\\[(?:[0-9]{0,2}(?:;[0-9]{1,3})*m|[0-9]{1,3}A|[HJK]|\\?(?:25|1049|2026)[hl])");

  private final Target target;

  private TerminalWriter(Target target) {
    super(target, true);
    this.target = target;
  }

  /// A writer into a stream.
  ///
  /// @param isTerminal asked when it matters: whether the stream is a terminal
  public static TerminalWriter to(OutputStream stream, BooleanSupplier isTerminal) {
    var text = new BufferedWriter(new OutputStreamWriter(stream, UTF_8));
    return new TerminalWriter(new Target(text, stream, isTerminal));
  }

  /// A writer in front of another, or that writer itself when it is one. The other is taken for a
  /// file.
  public static TerminalWriter of(PrintWriter other) {
    return other instanceof TerminalWriter already
        ? already
        : new TerminalWriter(new Target(other, null, () -> false));
  }

  /// Prints text with styles; every other character is escaped as elsewhere, but for line ends.
  public void styled(String text) {
    var out = new StringBuilder(text.length());
    var styles = STYLES.matcher(text);
    var from = 0;
    while (styles.find()) {
      out.append(Escapes.escaped(text.substring(from, styles.start()), "\n\r"));
      out.append(styles.group());
      from = styles.end();
    }
    out.append(Escapes.escaped(text.substring(from), "\n\r"));
    super.write(out.toString(), 0, out.length());
    flush();
  }

  /// Whether what is printed is seen by a person at once, rather than kept or read by a program.
  public boolean isTerminal() {
    return target.isTerminal.getAsBoolean();
  }

  /// Writes bytes as they are.
  ///
  /// @throws IllegalStateException on a terminal, which would obey them
  public void bytes(byte[] value) {
    if (isTerminal()) throw new IllegalStateException("bytes for a terminal");
    flush();
    try {
      target.bytes(value);
    } catch (IOException refused) {
      setError();
    }
  }

  /// The reason why not all was written; empty when all was.
  public Optional<IOException> failure() {
    flush();
    return Optional.ofNullable(target.failure);
  }

  @Override
  public void write(int character) {
    var text = Escapes.escaped(String.valueOf((char) character), "\t");
    super.write(text, 0, text.length());
  }

  @Override
  public void write(char[] buffer, int offset, int length) {
    write(new String(buffer, offset, length));
  }

  @Override
  public void write(String text, int offset, int length) {
    var escaped = Escapes.escaped(text.substring(offset, offset + length), "\t");
    super.write(escaped, 0, escaped.length());
  }

  /// The target of the output, with its first failure.
  private static final class Target extends FilterWriter {
    private final @Nullable OutputStream stream;
    private final BooleanSupplier isTerminal;
    private volatile @Nullable IOException failure;

    Target(Writer text, @Nullable OutputStream stream, BooleanSupplier isTerminal) {
      super(text);
      this.stream = stream;
      this.isTerminal = isTerminal;
    }

    private void noting(Write write) throws IOException {
      try {
        write.run();
      } catch (IOException refused) {
        if (failure == null) failure = refused;
        throw refused;
      }
    }

    void bytes(byte[] value) throws IOException {
      noting(
          () -> {
            if (stream == null) {
              out.write(new String(value, UTF_8));
            } else {
              stream.write(value);
              stream.flush();
            }
          });
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
      noting(() -> out.write(text, offset, length));
    }

    @Override
    public void write(char[] buffer, int offset, int length) throws IOException {
      noting(() -> out.write(buffer, offset, length));
    }

    @Override
    public void write(int character) throws IOException {
      noting(() -> out.write(character));
    }

    @Override
    public void flush() throws IOException {
      noting(() -> out.flush());
    }
  }

  /// A write that may be refused.
  private interface Write {
    void run() throws IOException;
  }
}
