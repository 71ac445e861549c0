package dev.phaseline.cli;

import picocli.CommandLine;

/// The headings of every command's help, in one place, so that no command is without.
final class Headings {
  private Headings() {}

  /// Heads the parts of the help of a command and of all below it. What heads its footer itself
  /// keeps that.
  static void add(CommandLine command) {
    var help = command.getCommandSpec().usageMessage();
    help.parameterListHeading("%nArguments:%n");
    help.optionListHeading("%nOptions:%n");
    help.commandListHeading("%nCommands:%n");
    if (!help.exitCodeList().isEmpty()) help.exitCodeListHeading("%nExit status:%n");
    if (help.footerHeading().isEmpty() && help.footer().length > 0) {
      help.footerHeading(help.footer().length == 1 ? "%nExample:%n" : "%nExamples:%n");
    }
    command.getSubcommands().values().forEach(Headings::add);
  }
}
