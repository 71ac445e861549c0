package dev.phaseline.cli.text;

import dev.phaseline.cli.progress.TerminalWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/// A command's help, the only text besides tables that is printed with styles. Stateless.
public final class Help {
  private Help() {}

  /// Prints it.
  public static void show(CommandLine command) {
    TerminalWriter.of(command.getOut()).styled(command.getUsageMessage());
  }

  /// Shows the help that was asked for, or else runs the command.
  public static int orRun(ParseResult parsed) {
    for (var command : parsed.asCommandLineList()) {
      if (!command.isUsageHelpRequested()) continue;
      show(command);
      return ExitStatus.OK;
    }
    return new CommandLine.RunLast().execute(parsed);
  }
}
