package dev.phaseline.cli.status;

import dev.phaseline.cli.progress.Terminal;
import dev.phaseline.cli.progress.TerminalWriter;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Interrupt;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.cli.text.Table;
import dev.phaseline.cli.text.Widths;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "top",
    header = "Shows all phases, live, until Ctrl-C, from a console.",
    description = {
      "",
      "Troubles come first, each with its remedy. If the output is not a terminal, or with"
          + " --json, it prints each state and a new line."
    },
    footer = {"  phaseline top", "  phaseline top --json --times 1 | jq .trouble"})
public final class TopCommand implements Callable<Integer> {
  private static final String HOME_AND_CLEAR = "\u001b[H\u001b[J";
  private static final String OTHER_SCREEN = "\u001b[?1049h\u001b[?25l";
  private static final String FIRST_SCREEN = "\u001b[?25h\u001b[?1049l";
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  @Mixin private ApiOptions api = new ApiOptions();

  @Option(
      names = "--every",
      paramLabel = "SECONDS",
      description = "How often (default: ${DEFAULT-VALUE}).")
  private int everySeconds = 1;

  @Option(
      names = "--times",
      paramLabel = "N",
      description = "So many times, then end (default: until Ctrl-C).")
  private long times = Long.MAX_VALUE;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    if (everySeconds < 1)
      throw CommandFailure.usage("--every " + everySeconds + ": must be at least 1");
    var client = api.client();
    var out = TerminalWriter.of(spec.commandLine().getOut());
    var live = !api.json() && System.getenv("NO_COLOR") == null && out.isTerminal();
    try (var interrupt = Interrupt.listen(PATIENCE, () -> {})) {
      if (live) write(out, OTHER_SCREEN);
      try {
        return follow(client, out, live, interrupt);
      } finally {
        if (live) write(out, FIRST_SCREEN);
      }
    }
  }

  private int follow(ApiClient client, TerminalWriter out, boolean live, Interrupt interrupt)
      throws InterruptedException {
    IntSupplier columns = live ? Terminal.columns() : () -> Table.WIDTH_MAX;
    for (var i = 0L; i < times; i++) {
      if (i > 0 && interrupt.await(Duration.ofSeconds(everySeconds))) return ExitStatus.INTERRUPTED;
      show(client, out, live, Math.max(1, columns.getAsInt() - 1));
      if (out.failure().isPresent()) return ExitStatus.OK; // and why is said, where it matters
    }
    return ExitStatus.OK;
  }

  private void show(ApiClient client, TerminalWriter out, boolean live, int width) {
    List<String> lines;
    if (live) {
      try {
        lines = PhaseTable.lines(client.get("overview"), width, true);
      } catch (CommandFailure away) {
        // A console that is started again comes back by itself.
        lines = new ArrayList<>(Widths.wrapped(Printable.line("" + away.getMessage()), width, ""));
        lines.add("trying again ...");
      }
      write(out, HOME_AND_CLEAR + String.join("\r\n", lines));
      return;
    }
    var overview = client.get("overview");
    if (api.json()) out.println(overview);
    else PhaseTable.lines(overview, width, false).forEach(out::println);
  }

  private static void write(TerminalWriter out, String text) {
    out.styled(text);
  }
}
