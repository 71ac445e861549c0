package dev.phaseline.core.engine;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The place where committed offsets and their progress are kept: the sink writes them in the
/// transaction that publishes, the source starts from them, and after a transaction of unknown fate
/// they tell whether it happened. Called by the lane's thread.
public interface Ledger {

  /// A committed offset and its metadata text. Immutable.
  ///
  /// @param offset the offset
  /// @param metadata empty when none was written
  /// @param topic the topic whose offset it is, by an id that no other topic ever has, whatever its
  ///   name; null when the ledger does not tell
  record Committed(long offset, String metadata, @Nullable UUID topic) {
    /// Of a topic that is not known.
    public Committed(long offset, String metadata) {
      this(offset, metadata, null);
    }
  }

  /// The latest that is committed for these partitions; a partition without any is left out.
  ///
  /// @return empty when that can't be known yet; the lane asks again
  Optional<Map<Integer, Committed>> committed(Collection<Integer> partitions);
}
