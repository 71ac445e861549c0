package dev.phaseline.cli.demo;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.cli.text.CommandFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Persistent state of a demo: the number of its run, and the offsets at which that run began in
/// each topic. It is on disk before the first job is submitted.
///
/// @param run its number, from 1
/// @param cluster the broker's cluster id: offsets mean nothing on another one
/// @param limit how many cities the run was asked for
/// @param rowsBefore how many rows the table had when the run began
/// @param finished whether its books were found to balance
/// @param begins for each topic, the end offsets of its partitions when the run began
record DemoState(
    int run,
    String cluster,
    int limit,
    long rowsBefore,
    boolean finished,
    Map<String, List<Long>> begins) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

  DemoState {
    if (run < 1) throw new IllegalArgumentException("run < 1: " + run);
    if (limit < 1) throw new IllegalArgumentException("limit < 1: " + limit);
    if (cluster.isBlank()) throw new IllegalArgumentException("cluster is blank");
    begins = new TreeMap<>(begins);
  }

  /// The prefix of this run's job ids.
  String name() {
    return "r" + run;
  }

  DemoState asFinished() {
    return new DemoState(run, cluster, limit, rowsBefore, true, begins);
  }

  /// Reads the file, if there is one.
  ///
  /// @throws CommandFailure when it is damaged
  static Optional<DemoState> read(Path file) {
    if (!Files.exists(file)) return Optional.empty();
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), DemoState.class));
    } catch (IOException | RuntimeException unreadable) {
      throw CommandFailure.of(
          file
              + " can't be read; begin anew with --fresh, or choose another folder with --data DIR",
          unreadable);
    }
  }

  /// Replaces the file in one step: a reader, or the next process after a crash, sees the old one
  /// or the new one, whole.
  ///
  /// @throws CommandFailure when it can't be written
  void write(Path file) {
    var draft = file.resolveSibling(file.getFileName() + ".new");
    try {
      try (var channel =
          FileChannel.open(
              draft,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        var bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(this));
        while (bytes.hasRemaining()) channel.write(bytes);
        channel.force(true);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException refused) {
      throw CommandFailure.of(
          "can't write "
              + file
              + " ("
              + refused.getMessage()
              + "); free some space or make it"
              + " writable",
          refused);
    }
  }
}
