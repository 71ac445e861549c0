package dev.phaseline.cli.dead;

import dev.phaseline.cli.text.Printable;
import dev.phaseline.ops.dead.RefusedLetters;
import java.io.PrintWriter;
import java.util.Locale;

/// Text shared by the commands about dead letters.
final class DeadText {
  private DeadText() {}

  /// Prints the letters that were refused, and why.
  static void refusals(PrintWriter out, String what, RefusedLetters refused) {
    if (refused.count() == 0) return;
    out.println(String.format(Locale.ROOT, "%,d %s:", refused.count(), what));
    for (var one : refused.first()) {
      out.println("  " + one.letter() + "  " + Printable.line(one.why()));
    }
    var more = refused.count() - refused.first().size();
    if (more > 0) out.println(String.format(Locale.ROOT, "  ... and %,d more", more));
  }
}
