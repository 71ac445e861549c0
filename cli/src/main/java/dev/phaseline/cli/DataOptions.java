package dev.phaseline.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a command keeps its files.
final class DataOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where everything is kept (default: .phaseline beside the script).")
  private @Nullable Path data;

  /// The folder that was named, or else the one of the source tree that the script belongs to, or
  /// else the one of the working directory.
  Path folder() {
    if (data != null) return data.normalize();
    return standard();
  }

  /// The folder when nobody names one.
  static Path standard() {
    return Path.of(System.getProperty("phaseline.home", "")).resolve(".phaseline");
  }
}
