package dev.phaseline.schemas.registry;

import java.util.Arrays;

/// Compatibility rule of a subject for its next schema.
public enum CompatibilityLevel {
  /// Nothing.
  NONE,
  /// The new schema reads data of the latest one.
  BACKWARD,
  /// The new schema reads data of all earlier ones.
  BACKWARD_TRANSITIVE,
  /// The latest schema reads data of the new one.
  FORWARD,
  /// All earlier schemas read data of the new one.
  FORWARD_TRANSITIVE,
  /// BACKWARD and FORWARD.
  FULL,
  /// BACKWARD_TRANSITIVE and FORWARD_TRANSITIVE.
  FULL_TRANSITIVE;

  /// The level of that name.
  ///
  /// @throws IllegalArgumentException naming the levels that there are
  public static CompatibilityLevel parse(String name) {
    for (var level : values()) if (level.name().equals(name)) return level;
    throw new IllegalArgumentException(
        "compatibility level '" + name + "' does not exist; use one of " + Arrays.asList(values()));
  }

  /// Whether the new schema must read older data.
  public boolean newReadsOld() {
    return switch (this) {
      case BACKWARD, BACKWARD_TRANSITIVE, FULL, FULL_TRANSITIVE -> true;
      case NONE, FORWARD, FORWARD_TRANSITIVE -> false;
    };
  }

  /// Whether older schemas must read new data.
  public boolean oldReadsNew() {
    return switch (this) {
      case FORWARD, FORWARD_TRANSITIVE, FULL, FULL_TRANSITIVE -> true;
      case NONE, BACKWARD, BACKWARD_TRANSITIVE -> false;
    };
  }

  /// Whether all earlier versions count, not the latest alone.
  public boolean transitive() {
    return switch (this) {
      case BACKWARD_TRANSITIVE, FORWARD_TRANSITIVE, FULL_TRANSITIVE -> true;
      case NONE, BACKWARD, FORWARD, FULL -> false;
    };
  }
}
