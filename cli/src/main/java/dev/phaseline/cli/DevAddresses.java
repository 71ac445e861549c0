package dev.phaseline.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// Where a `phaseline dev` can be reached, as it says itself in its folder for as long as it runs:
/// so commands beside it need no addresses.
///
/// @param pid of its process
/// @param startedMs when that process started, epoch milliseconds; 0 where the system doesn't say
/// @param bootstrapServers of its broker
/// @param registryUrl of its schema registry
/// @param consoleUrl of its console
record DevAddresses(
    long pid, long startedMs, String bootstrapServers, String registryUrl, String consoleUrl) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  DevAddresses {
    if (pid < 1) throw new IllegalArgumentException("pid < 1: " + pid);
    if (bootstrapServers.isBlank()) throw new IllegalArgumentException("no brokers");
  }

  /// Of this process.
  static DevAddresses here(String bootstrapServers, String registryUrl, String consoleUrl) {
    var self = ProcessHandle.current();
    return new DevAddresses(self.pid(), startedMs(self), bootstrapServers, registryUrl, consoleUrl);
  }

  /// What was announced last in a data folder. It may be of a dev that was killed: see [#isAlive].
  ///
  /// @throws Failure when what is there can't be read
  static Optional<DevAddresses> find(Path data) {
    var file = file(data);
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), DevAddresses.class));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (JacksonException garbled) {
      throw Failure.of(
          file + " is damaged: start `phaseline dev` again, or delete the file", garbled);
    } catch (IOException refused) {
      throw Failure.of("can't read " + file + ": " + refused, refused);
    }
  }

  /// Says so to all who look into the data folder. Nobody sees half of it.
  ///
  /// @throws Failure when the folder can't be written
  void announce(Path data) {
    var file = file(data);
    var draft = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.write(draft, JSON.writeValueAsBytes(this));
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException refused) {
      throw Failure.of("can't write " + file + ": " + refused, refused);
    }
  }

  /// Takes back what was announced in a data folder, whoever did.
  static void withdraw(Path data) {
    try {
      Files.deleteIfExists(file(data));
    } catch (IOException stays) {
      // it says which process it is of, and that has ended
    }
  }

  /// Whether the process that announced it is still there. A number that another process got since
  /// does not count.
  boolean isAlive() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> startedMs == 0 || startedMs == startedMs(process))
        .isPresent();
  }

  private static long startedMs(ProcessHandle process) {
    return process.info().startInstant().map(at -> at.toEpochMilli()).orElse(0L);
  }

  private static Path file(Path data) {
    return data.resolve("dev").resolve("addresses.json");
  }
}
