package dev.phaseline.cli;

import dev.phaseline.cli.progress.TerminalWriter;
import dev.phaseline.cli.text.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The end of a command whose output can not be written. A full disk is a failure, because a script
/// must not take half an answer for a whole one; a pipe whose reader has seen enough (`| head`) is
/// none. Stateless.
final class Unwritten {
  private static final Path OUTPUT = Path.of("/proc/self/fd/1");

  private Unwritten() {}

  /// Looks whether all was written.
  ///
  /// @param status what the command itself ends with
  /// @return what the process ends with
  static int check(TerminalWriter out, TerminalWriter err, int status) {
    var failure = out.failure();
    if (failure.isEmpty() || isClosedPipe(failure.get())) return status;
    var why = failure.get().getMessage();
    err.println(
        "phaseline: can't write to standard output: "
            + (why == null ? "it refuses" : why)
            + "; what the command did stays done, what it printed is not whole");
    return status == ExitStatus.OK ? ExitStatus.FAILED : status;
  }

  /// The system words it in the user's language, but nothing else ever fails in a pipe.
  private static boolean isClosedPipe(IOException failure) {
    var why = String.valueOf(failure.getMessage());
    if (why.contains("Broken pipe")) return true;
    if (why.contains("No space left")) return false; // another stream than the process's own
    try {
      var target = Files.readSymbolicLink(OUTPUT).toString();
      return target.startsWith("pipe:") || target.startsWith("socket:");
    } catch (IOException | UnsupportedOperationException notLinux) {
      return false;
    }
  }
}
