package dev.phaseline.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.UUID;

/// The key under which a handler's work on an item is known to systems outside, so that work done
/// twice is counted once. Derived in one place, because a test kit that derived another one would
/// prove nothing about the worker's.
public final class IdempotencyKey {
  private IdempotencyKey() {}

  /// The key, a UUID as text: the same for all attempts at an item in a phase, in every version and
  /// process. The attempt is no part of it, for a second attempt must be known as the same work;
  /// nor is the generation, for a redriven item repeats the same work.
  public static String of(String pipeline, String phase, String jobId, String path) {
    var name = pipeline + '\n' + phase + '\n' + jobId + '\n' + path;
    return UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString();
  }
}
