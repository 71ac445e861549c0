package dev.phaseline.cli.queue;

import dev.phaseline.cli.progress.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Locale;

/// Question before something that can't be undone. Only people are asked: where standard input is
/// no terminal, the option `--yes` is needed.
final class Confirmation {
  private Confirmation() {}

  /// Asks.
  ///
  /// @return whether to go on
  static boolean asked(PrintWriter err, String question) {
    if (!Terminal.isTerminal(0)) {
      err.println("phaseline: " + question + " add --yes to confirm; nothing was done");
      return false;
    }
    err.print(question + " [y/N] ");
    err.flush();
    try {
      var in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
      var answer = in.readLine();
      if (answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) return true;
    } catch (IOException noAnswer) {
      // as good as a no
    }
    err.println("Nothing was done.");
    return false;
  }
}
