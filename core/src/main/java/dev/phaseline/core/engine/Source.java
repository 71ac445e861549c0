package dev.phaseline.core.engine;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The input of a lane: one topic, read by a member of a group. Every method is called by the
/// lane's own thread.
public interface Source {

  /// Events of a [Source#poll]: called on the polling thread, from inside it.
  interface Listener {
    /// These partitions are ours from now on. Their delivery starts at the committed offset.
    void assigned(Map<Integer, Ledger.Committed> partitions);

    /// These partitions go away when this returns; until then they are ours, a commit is accepted.
    void revoked(Collection<Integer> partitions);

    /// These partitions have gone: they may have another owner, nothing may be committed.
    void lost(Collection<Integer> partitions);

    /// A record.
    ///
    /// @param earlier the attempts that it had before it came here; null for none
    void fetched(Item item, @Nullable EarlierAttempts earlier);

    /// Nothing will be delivered before `next`, whatever the gaps.
    void moved(int partition, long next);
  }

  /// Keeps the group membership alive, runs callbacks, delivers records. Waits at most this long
  /// when there is nothing.
  void poll(long maxWaitNanos, Listener listener);

  /// Stops delivery from these partitions.
  void pause(Collection<Integer> partitions);

  /// Undoes [#pause].
  void resume(Collection<Integer> partitions);

  /// Whether everything was delivered of a partition that could be read when this was known last;
  /// false as well when it is not known.
  default boolean isCaughtUp(int partition) {
    return false;
  }
}
