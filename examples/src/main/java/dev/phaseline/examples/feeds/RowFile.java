package dev.phaseline.examples.feeds;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// File of a server's imported rows, a line for each: the time in milliseconds, a blank, the item's
/// id. It stands for the database that rows are imported into, and shows which imports ran twice:
/// those that a killed server had finished and not committed. Thread-safe.
public final class RowFile {
  private final Path file;
  private final InstantSource clock;

  /// One import of a row.
  ///
  /// @param at when it was finished
  /// @param item the item's id
  public record Row(Instant at, String item) {}

  RowFile(Path file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
  }

  synchronized void add(String item) throws IOException {
    // One write of one line: a process that is killed leaves whole lines.
    Files.writeString(
        file,
        clock.millis() + " " + item + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /// The rows of a file; none when it is not there.
  ///
  /// @throws IOException when it can't be read
  public static List<Row> read(Path file) throws IOException {
    if (!Files.exists(file)) return List.of();
    var rows = new ArrayList<Row>();
    for (var line : Files.readAllLines(file, UTF_8)) {
      var blank = line.indexOf(' ');
      var at = Instant.ofEpochMilli(Long.parseLong(line.substring(0, blank)));
      rows.add(new Row(at, line.substring(blank + 1)));
    }
    return rows;
  }
}
