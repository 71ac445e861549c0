package dev.phaseline.embedded.registry;

import dev.phaseline.schemas.registry.CompatibilityLevel;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/// Judges a schema by a rule and the versions before it. Pure.
final class Compatibility {
  private Compatibility() {}

  /// The reason why the schema breaks the rule; empty when it does not.
  ///
  /// @param earlier the versions that count, oldest first
  static List<String> problems(
      CompatibilityLevel level, Schema candidate, List<StoredEntry.Version> earlier) {
    if (level == CompatibilityLevel.NONE || earlier.isEmpty()) return List.of();
    var judged = level.transitive() ? earlier.reversed() : List.of(earlier.getLast());
    var problems = new ArrayList<String>();
    for (var version : judged) {
      var before = parse(version.text());
      var name = "version " + version.version();
      if (level.newReadsOld()) {
        check(candidate, before, "the new schema can't read data of " + name, problems);
      }
      if (level.oldReadsNew()) {
        check(before, candidate, name + " can't read data of the new schema", problems);
      }
    }
    return List.copyOf(problems);
  }

  private static void check(Schema reader, Schema writer, String what, List<String> problems) {
    SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
        .getResult()
        .getIncompatibilities()
        .forEach(
            problem ->
                problems.add(
                    what
                        + ": "
                        + problem.getType()
                        + " at "
                        + problem.getLocation()
                        + " ("
                        + problem.getMessage()
                        + ")"));
  }

  /// A text that was valid when it was registered; defaults were not always checked.
  private static Schema parse(String text) {
    return new Schema.Parser().setValidateDefaults(false).parse(text);
  }
}
