package dev.phaseline.bench.contender;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The record of one worker's handlers, on the machine's wall clock: all processes of a bench share
/// it. Thread-safe.
public final class Journal {
  private final Queue<Event> events = new ConcurrentLinkedQueue<>();

  /// The kind of an event.
  public enum Kind {
    /// A handler began.
    START,
    /// A handler was interrupted because its job was cancelled.
    TOLD,
    /// A handler ended, however it did.
    END
  }

  /// One thing that happened.
  ///
  /// @param atMicros epoch microseconds
  /// @param kind what
  /// @param id of the item
  public record Event(long atMicros, Kind kind, long id) {}

  /// Now, in epoch microseconds.
  public static long nowMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  void add(Kind kind, long id) {
    events.add(new Event(nowMicros(), kind, id));
  }

  void writeTo(Path file) throws IOException {
    var lines = new ArrayList<String>();
    for (var event : events) {
      lines.add(event.atMicros() + " " + event.kind() + " " + event.id());
    }
    Files.write(file, lines);
  }

  /// The events that a worker has written, in the order of time.
  ///
  /// @throws IOException when there is no such file, that is, the worker did not end in order
  public static List<Event> read(Path file) throws IOException {
    var read = new ArrayList<Event>();
    for (var line : Files.readAllLines(file)) {
      var parts = line.split(" ", -1);
      read.add(
          new Event(Long.parseLong(parts[0]), Kind.valueOf(parts[1]), Long.parseLong(parts[2])));
    }
    // handlers write as they come: two may have changed places between the clock and the queue
    read.sort(Comparator.comparingLong(Event::atMicros));
    return read;
  }
}
