package dev.phaseline.cli.progress;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.File;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/// Finds out whether somebody looks, and how wide the window is. It asks `sh`, `test` and `stty`,
/// because Java's own console only knows standard input and output together. Where those are
/// missing, nobody looks.
public final class Terminal {
  /// The width where the terminal's is not known.
  public static final int COLUMNS_DEFAULT = 80;

  private static final long ANSWER_MS_MAX = 1_000;
  private static final long WIDTH_HOLDS_MS = 2_000;

  private Terminal() {}

  /// Whether the file descriptor (1: standard output, 2: standard error) is a terminal that can be
  /// redrawn.
  public static boolean isInteractive(int fileDescriptor) {
    if (System.getenv("NO_COLOR") != null) return false;
    if ("dumb".equals(System.getenv("TERM")) || System.getenv("TERM") == null) return false;
    return isTerminal(fileDescriptor);
  }

  /// Whether the file descriptor (0: standard input, ...) is a terminal at all.
  public static boolean isTerminal(int fileDescriptor) {
    var asked = new ProcessBuilder("test", "-t", Integer.toString(fileDescriptor)).inheritIO();
    try {
      var process = asked.start();
      return process.waitFor(ANSWER_MS_MAX, TimeUnit.MILLISECONDS) && process.exitValue() == 0;
    } catch (IOException noSuchProgram) {
      return false;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// The width of the terminal; looked up again every two seconds, because windows are resized.
  public static IntSupplier columns() {
    return new IntSupplier() {
      private int known = -1;
      private long askedAt;

      @Override
      public int getAsInt() {
        var now = System.nanoTime();
        if (known < 0 || now - askedAt > TimeUnit.MILLISECONDS.toNanos(WIDTH_HOLDS_MS)) {
          askedAt = now;
          known = ask();
        }
        return known;
      }
    };
  }

  private static int ask() {
    var asked =
        new ProcessBuilder("stty", "size")
            .redirectInput(new File("/dev/tty"))
            .redirectErrorStream(true);
    try {
      var process = asked.start();
      if (!process.waitFor(ANSWER_MS_MAX, TimeUnit.MILLISECONDS)) return COLUMNS_DEFAULT;
      return parse(new String(process.getInputStream().readAllBytes(), US_ASCII));
    } catch (IOException noTerminal) {
      return COLUMNS_DEFAULT;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return COLUMNS_DEFAULT;
    }
  }

  /// Reads `rows columns`.
  static int parse(String size) {
    var part = size.strip().split(" ", -1);
    if (part.length != 2) return COLUMNS_DEFAULT;
    try {
      var columns = Integer.parseInt(part[1]);
      return columns < 1 ? COLUMNS_DEFAULT : columns;
    } catch (NumberFormatException somethingElse) {
      return COLUMNS_DEFAULT;
    }
  }
}
