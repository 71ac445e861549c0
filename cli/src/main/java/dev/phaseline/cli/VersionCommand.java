package dev.phaseline.cli;

import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.text.Versions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "version",
    header = "Shows the versions of Phaseline, Kafka's client and Java.",
    description = {
      "",
      "Shows what a bug report should name: the versions of Phaseline, of Kafka's client, of Java,"
          + " and the operating system."
    },
    footer = "  phaseline version")
final class VersionCommand implements Runnable {
  @Mixin final CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    var out = spec.commandLine().getOut();
    out.println("phaseline " + Versions.phaseline());
    out.println("kafka     " + Versions.kafka());
    out.println("java      " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")");
    out.println(
        "system    " + System.getProperty("os.name") + " " + System.getProperty("os.version"));
  }
}
