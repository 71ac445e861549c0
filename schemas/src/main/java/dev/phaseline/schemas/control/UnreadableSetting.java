package dev.phaseline.schemas.control;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Record of the control topic that this version can't read, the newest of its key: malformed, or
/// of a newer version. What its key was set to before goes on holding, until a record or a
/// tombstone of that key replaces it. Immutable.
///
/// @param key the record's key, not to be changed
/// @param offset where the record is
/// @param why it can't be read, in words
@SuppressWarnings("ArrayRecordComponent") // never compared
public record UnreadableSetting(byte[] key, long offset, String why) {
  /// The key as text that may be shown.
  public String label() {
    return ControlNames.clip(new String(key, UTF_8));
  }
}
