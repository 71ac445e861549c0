package dev.phaseline.cli.submit;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.server.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Payload that is named on a command line: JSON itself, a file, or `-` for standard input.
/// Stateless.
public final class PayloadText {
  /// Far above what a topic takes, so that a device is not read for ever.
  private static final int BYTES_MAX = 64 << 20;

  private PayloadText() {}

  /// The payload's bytes. What begins like JSON is JSON, so a file of such a name is written `./1`.
  ///
  /// @param stdin read for `-`
  /// @throws CommandFailure naming what can't be read
  public static byte[] read(String named, InputStream stdin) {
    if (looksLikeJson(named)) return named.getBytes(StandardCharsets.UTF_8);
    try {
      if (named.equals("-")) return bounded(named, stdin);
      var file = Path.of(named);
      if (!Files.exists(file)) {
        throw CommandFailure.usage(
            "--payload '"
                + shortened(named)
                + "' is neither JSON nor a file that is there; text is JSON in quotes: '\"Ada\"'");
      }
      if (Files.isDirectory(file)) {
        throw CommandFailure.usage("--payload " + file + " is a folder: name the file in it");
      }
      try (var in = Files.newInputStream(file)) {
        return bounded(named, in);
      }
    } catch (InvalidPathException noPath) {
      throw CommandFailure.usage("--payload is neither JSON nor the name of a file");
    } catch (IOException unreadable) {
      throw CommandFailure.usage(
          "can't read the payload from " + named + ": " + InputFile.why(unreadable));
    }
  }

  private static byte[] bounded(String named, InputStream in) throws IOException {
    var bytes = in.readNBytes(BYTES_MAX + 1);
    if (bytes.length <= BYTES_MAX) return bytes;
    throw CommandFailure.usage(
        "the payload in " + named + " has more than " + (BYTES_MAX >> 20) + " MiB");
  }

  private static boolean looksLikeJson(String text) {
    var stripped = text.strip();
    if (stripped.isEmpty()) return false;
    if ("{[\"".indexOf(stripped.charAt(0)) >= 0) return true;
    return stripped.matches("-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?|true|false|null");
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }
}
