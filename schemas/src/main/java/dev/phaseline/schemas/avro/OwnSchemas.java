package dev.phaseline.schemas.avro;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.avro.Schema;

/// The records that are ours. Each schema is a file beside this class, with a text for every field;
/// what was released stays readable by what comes after it (`BACKWARD`), which a test holds against
/// frozen copies.
///
/// They are loaded and not generated: the code that Avro's compiler writes does not pass the checks
/// that the rest must pass.
public final class OwnSchemas {
  /// One run of a handler that did not succeed: an entry of an item's history.
  public static final Schema ATTEMPT = load("Attempt");

  /// What a worker says about itself every few seconds.
  public static final Schema WORKER_HEARTBEAT = load("WorkerHeartbeat");

  /// What an operator wants to hold from now on.
  public static final Schema CONTROL_COMMAND = load("ControlCommand");

  private OwnSchemas() {}

  /// All of them.
  public static List<Schema> all() {
    return List.of(ATTEMPT, WORKER_HEARTBEAT, CONTROL_COMMAND);
  }

  private static Schema load(String name) {
    var file = name + ".avsc";
    try (var in = OwnSchemas.class.getResourceAsStream(file)) {
      if (in == null) throw new IllegalStateException(file + " is missing from the jar");
      return new Schema.Parser().parse(in);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(file + " can't be read", unreadable);
    }
  }
}
