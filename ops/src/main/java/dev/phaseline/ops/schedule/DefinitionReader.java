package dev.phaseline.ops.schedule;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.phaseline.schemas.schedule.ScheduleSpec;

/// Reader of definitions as people give them: the phase may be left out, and the payload is what
/// the phase's codec takes. Thread-safe.
@FunctionalInterface
public interface DefinitionReader {

  /// The definition, complete and checked against its pipeline.
  ///
  /// @throws dev.phaseline.schemas.schedule.InvalidScheduleException naming the field and the
  ///   remedy
  ScheduleSpec read(ObjectNode given);
}
