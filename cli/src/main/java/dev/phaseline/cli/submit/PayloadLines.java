package dev.phaseline.cli.submit;

import dev.phaseline.cli.text.CommandFailure;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Lines of JSON, read one at a time in bounded memory. Blank lines are passed over. For one
/// thread.
final class PayloadLines {
  /// Far above what a topic takes.
  static final int LINE_BYTES_MAX = 4 << 20;

  private final InputStream in;
  private long number;

  PayloadLines(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  /// Number of the line that was read last, from 1.
  long number() {
    return number;
  }

  /// The next line that is not blank; null at the end.
  ///
  /// @throws CommandFailure when a line is too long
  byte @Nullable [] next() throws IOException {
    while (true) {
      var line = line();
      if (line == null || !isBlank(line)) return line;
    }
  }

  private byte @Nullable [] line() throws IOException {
    var bytes = new ByteArrayOutputStream(256);
    var next = in.read();
    if (next < 0) return null;
    number++;
    while (next >= 0 && next != '\n') {
      if (bytes.size() == LINE_BYTES_MAX) {
        throw CommandFailure.usage(
            "line %d has more than %d MiB: is this NDJSON, a JSON value on each line?"
                .formatted(number, LINE_BYTES_MAX >> 20));
      }
      bytes.write(next);
      next = in.read();
    }
    return bytes.toByteArray();
  }

  private static boolean isBlank(byte[] line) {
    for (var one : line) if (one != ' ' && one != '\t' && one != '\r') return false;
    return true;
  }
}
