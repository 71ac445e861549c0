package dev.phaseline.core;

import java.util.Set;
import java.util.regex.Pattern;

/// Rule for the names of pipelines and phases. A name becomes part of topic, group and metric
/// names, so the rule is the narrowest of theirs; dots separate parts and are not allowed inside
/// one.
final class Names {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,47}");

  /// Names that a phase may not have.
  static final Set<String> RESERVED =
      Set.of(
          "done",
          "dead",
          "dead-actions",
          "control",
          "audit",
          "workers",
          "console",
          "jobs",
          "timers",
          "scheduler",
          "tracker");

  private Names() {}

  static void check(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          what
              + " name '"
              + name
              + "' is not valid: use 1 to 48 of a-z, 0-9, '-' and '_', starting with a letter");
    }
  }

  /// Refuses names that a pipeline can't have.
  static void checkPipeline(String name) {
    check("pipeline", name);
    if (name.equals("timers")) {
      throw new IllegalArgumentException(
          "a pipeline can't be called 'timers': its topics would be the scheduler's");
    }
  }

  static void checkVersion(String pipeline, int version) {
    if (version < 1 || version > 1_000_000) {
      throw new IllegalArgumentException(
          "pipeline '" + pipeline + "': version is not in 1..1000000: " + version);
    }
  }

  /// Whether a phase's name is that of another topic or group. The same rule as in TopicNames of
  /// schemas, which core can't see; a test of worker holds both together.
  static boolean isReserved(String phase) {
    return RESERVED.contains(phase)
        || phase.startsWith("scheduler-")
        || phase.startsWith("tracker-");
  }
}
