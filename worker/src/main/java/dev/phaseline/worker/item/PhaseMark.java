package dev.phaseline.worker.item;

import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemVersion;
import org.apache.kafka.common.header.Headers;

/// A phase as the origin of records that hold an item as it came: its name, and the version under
/// which it handles what was submitted without one. Immutable.
///
/// @param phase the phase's name
/// @param unnamed the version: [dev.phaseline.core.run.VersionedProgram#unnamed()]
public record PhaseMark(String phase, int unnamed) {

  /// Writes the version into the headers of an item that came without one: with a parent, its next
  /// record would be taken for one of version 1.
  void keepVersion(Headers headers) {
    if (headers.lastHeader(HeaderNames.VERSION) != null) return;
    if (headers.lastHeader(HeaderNames.PARENT) == null) ItemVersion.put(headers, unnamed);
  }
}
