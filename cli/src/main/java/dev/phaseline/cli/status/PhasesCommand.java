package dev.phaseline.cli.status;

import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Widths;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "phases",
    header = "Shows all phases in numbers. Asks a console.",
    footer = "  phaseline phases --json | jq '.phases[] | select(.dead > 0)'")
public final class PhasesCommand implements Callable<Integer> {
  @Mixin private ApiOptions api = new ApiOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    if (api.json()) {
      out.println(api.client().get("phases"));
      return ExitStatus.OK;
    }
    var overview = api.client().get("overview");
    PhaseTable.lines(overview, Widths.of(out), false).forEach(out::println);
    return ExitStatus.OK;
  }
}
