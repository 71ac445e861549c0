package dev.phaseline.embedded.registry;

import dev.phaseline.schemas.registry.CompatibilityLevel;
import org.jspecify.annotations.Nullable;

/// Entry of the registry's store: the last one of a key counts.
sealed interface StoredEntry {

  /// A version of a subject.
  ///
  /// @param subject never empty
  /// @param version from 1
  /// @param id from 1, the same for the same text in all subjects
  /// @param text the schema's JSON as Avro writes it
  /// @param deleted softly: found by id, not under its subject
  record Version(String subject, int version, int id, String text, boolean deleted)
      implements StoredEntry {

    Version asDeleted() {
      return new Version(subject, version, id, text, true);
    }
  }

  /// A compatibility rule.
  ///
  /// @param subject whose, or null for all that have none of their own
  /// @param level the rule, or null for none
  record Rule(@Nullable String subject, @Nullable CompatibilityLevel level)
      implements StoredEntry {}
}
