package dev.phaseline.cli.types;

import dev.phaseline.cli.text.Printable;
import dev.phaseline.cli.text.Widths;
import dev.phaseline.server.ServerConfig;
import dev.phaseline.worker.Placement;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/// The answer of `worker --check`: what the server would run, without running it. Stateless.
public final class WorkerCheck {
  private WorkerCheck() {}

  /// Prints it.
  public static void print(
      ServerConfig config, List<Placement> placements, boolean json, PrintWriter out) {
    var permits =
        placements.stream()
            .filter(one -> !one.standby())
            .mapToLong(one -> one.options().concurrency())
            .sum();
    if (json) {
      var answer = new LinkedHashMap<String, Object>();
      answer.put("server", config.server());
      answer.put("permits", permits);
      answer.put("phases", placements.stream().map(TypeJson::of).toList());
      out.println(TypeJson.line(answer));
      return;
    }
    out.println(
        Printable.line(
            String.format(
                Locale.ROOT,
                "%s would run %,d phases, with %,d handlers at once at most:",
                config.server(),
                placements.size(),
                permits)));
    TypeTable.of(placements, Widths.of(out)).forEach(out::println);
  }
}
