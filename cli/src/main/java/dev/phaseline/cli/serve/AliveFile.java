package dev.phaseline.cli.serve;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.server.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A file whose age tells a health check whether the process is well. Not thread-safe.
final class AliveFile {
  private final Optional<Path> file;

  private AliveFile(Optional<Path> file) {
    this.file = file;
  }

  /// The file that the option names, or else the environment; without either, none is touched.
  static AliveFile of(@Nullable Path option, Map<String, String> environment) {
    if (option != null) return new AliveFile(Optional.of(option));
    var named = environment.getOrDefault(Environment.ALIVE_FILE, "");
    return new AliveFile(named.isBlank() ? Optional.empty() : Optional.of(Path.of(named)));
  }

  /// Makes the file new.
  ///
  /// @throws CommandFailure when it can't be written: a health check that lies is worse than none
  void touch() {
    if (file.isEmpty()) return;
    try {
      if (!Files.exists(file.get())) Files.createFile(file.get());
      Files.setLastModifiedTime(file.get(), FileTime.from(Instant.now()));
    } catch (IOException refused) {
      throw CommandFailure.of("can't touch " + file.get() + " (--alive-file): " + refused, refused);
    }
  }
}
