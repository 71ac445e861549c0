package dev.phaseline.cli.config;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/// Options for a server's log.
public final class LogOptions {
  /// For people, or for programs.
  enum Format {
    /// A line of words.
    TEXT,
    /// An object a line.
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      description = "text, or json: an object a line (default: ${DEFAULT-VALUE}).")
  private Format format = Format.TEXT;

  /// Logs to `err` from now on.
  ///
  /// @return takes what is to be told besides, in the same format
  public Consumer<String> toConsole(boolean verbose, PrintWriter err) {
    if (format == Format.TEXT) {
      Logs.toConsole(verbose, err::println);
      return line -> err.println("phaseline: " + line);
    }
    Logs.toConsoleAsJson(verbose, err::println);
    return LoggerFactory.getLogger("dev.phaseline.cli")::info;
  }
}
