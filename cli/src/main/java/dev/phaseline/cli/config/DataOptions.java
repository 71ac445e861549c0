package dev.phaseline.cli.config;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.server.ServerConfig;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options for the data folder of a command.
public final class DataOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where everything is kept (default: .phaseline beside the script).")
  private @Nullable Path data;

  /// The folder that was named, or else the one of the source tree that the script belongs to, or
  /// else the one of the working directory.
  public Path folder() {
    if (data != null) return data.normalize();
    return standard();
  }

  /// The folder used when none is named.
  public static Path standard() {
    return Path.of(System.getProperty("phaseline.home", "")).resolve(".phaseline");
  }

  /// Folder of a server for the data of one of its parts, when none is named.
  public static Path stateFolder(ServerConfig config, String part) {
    return standard().resolve(part).resolve(config.server());
  }

  /// A folder for state, made for its owner alone if it is not there.
  ///
  /// @param option what names another
  /// @throws CommandFailure when it can't be made
  public static Path made(Path folder, String option) {
    try {
      return OwnFolder.make(folder);
    } catch (IOException unusable) {
      throw CommandFailure.of(
          "the folder "
              + folder
              + " can't be made ("
              + unusable
              + "); name one that this user can write with "
              + option
              + " DIR",
          unusable);
    }
  }
}
