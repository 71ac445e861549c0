package dev.phaseline.embedded;

import dev.phaseline.schemas.EditDistance;
import java.util.Collection;
import java.util.Optional;

/// Finds what a misspelled name was meant to be. Kafka takes properties that it does not know,
/// because plugins bring their own; so only a name that is nearly one of Kafka's is an error.
final class Spelling {
  private static final int EDITS_MAX = 2;

  private Spelling() {}

  /// The known name that `name` nearly is; empty when it is one, or resembles none.
  static Optional<String> nearest(String name, Collection<String> known) {
    if (known.contains(name)) return Optional.empty();
    String best = null;
    var least = EDITS_MAX + 1;
    for (var one : known) {
      var edits = EditDistance.between(one, name, least);
      if (edits >= least) continue;
      least = edits;
      best = one;
    }
    return Optional.ofNullable(best);
  }
}
