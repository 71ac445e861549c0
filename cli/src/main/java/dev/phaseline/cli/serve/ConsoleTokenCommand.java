package dev.phaseline.cli.serve;

import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.DataOptions;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.ops.console.ConsoleException;
import dev.phaseline.ops.console.Role;
import dev.phaseline.ops.console.Tokens;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "token",
    header = "Makes a token for the console and prints it, once.",
    description = {
      "",
      "The file keeps its hash only. Remove the line from the file to revoke the token: a"
          + " running console applies that at once."
    },
    footer = "  phaseline console token ann --role operator --days 90 --tokens tokens")
final class ConsoleTokenCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Parameters(index = "0", paramLabel = "NAME", description = "The user's name, for the audit.")
  private String name = "";

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description = "viewer, operator or admin (default: viewer).")
  private String role = "viewer";

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "Days until it expires (default:" + " never).")
  private @Nullable Integer days;

  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      description = "The file (default: .phaseline/tokens).")
  private @Nullable Path tokens;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    var wanted =
        Role.parse(role)
            .orElseThrow(
                () -> CommandFailure.usage("--role " + role + ": it is viewer, operator or admin"));
    if (days != null && days < 1)
      throw CommandFailure.usage("--days " + days + ": must be at least 1");
    var life = Optional.ofNullable(days).map(Duration::ofDays);
    var file =
        tokens == null
            ? DataOptions.made(DataOptions.standard(), "--tokens").resolve("tokens")
            : tokens;
    try {
      spec.commandLine().getOut().println(Tokens.create(file, name, wanted, life));
      spec.commandLine()
          .getErr()
          .println("phaseline: added to " + file + "; it is not shown again");
    } catch (ConsoleException wrong) {
      throw CommandFailure.usage(String.valueOf(wrong.getMessage()));
    }
    return ExitStatus.OK;
  }
}
