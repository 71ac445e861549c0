package dev.phaseline.cli.config;

import picocli.CommandLine.Option;

/// Options that every command has.
public final class CommonOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  @Option(
      names = {"-v", "--verbose"},
      description = "Say more, and show where errors came from.")
  private boolean verbose;

  public boolean verbose() {
    return verbose;
  }

  boolean help() {
    return help;
  }
}
