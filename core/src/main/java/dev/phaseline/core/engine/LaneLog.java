package dev.phaseline.core.engine;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The log as a lane sees it: one input topic with a consumer in a group, and transactions. Every
/// method is called by the lane's own thread.
public interface LaneLog {

  /// A committed offset and its metadata text.
  ///
  /// @param offset the offset
  /// @param metadata empty when nobody wrote any
  /// @param topic the topic whose offset it is, by an id that no other topic ever has, whatever its
  ///   name; null when the log does not tell
  record Committed(long offset, String metadata, @Nullable UUID topic) {
    /// Of a topic that is not known.
    public Committed(long offset, String metadata) {
      this(offset, metadata, null);
    }
  }

  /// Fate of a transaction.
  sealed interface Fate {
    /// All of it is visible, for good.
    record Done() implements Fate {}

    /// None of it is visible, nor ever will be.
    ///
    /// @param reason for the operator
    record Aborted(String reason) implements Fate {}

    /// None of it is visible, nor will be while these items are part of it: the log does not take
    /// one of their records.
    ///
    /// @param kind what it is about them
    /// @param items which ones, by their places in the group's list, and why; empty when that can't
    ///   be told and it may be any of them
    /// @param reason for the operator
    record Refused(Failure.Kind kind, Map<Integer, String> items, String reason) implements Fate {}

    /// One or the other; [LaneLog#recover] tells.
    ///
    /// @param reason for the operator
    record Unknown(String reason) implements Fate {}
  }

  /// What happens during a [LaneLog#poll]: called on the polling thread, from inside it.
  interface Listener {
    /// These partitions are ours from now on. Their delivery starts at the committed offset.
    void assigned(Map<Integer, Committed> partitions);

    /// These partitions go away when this returns; until then they are ours, a commit is accepted.
    void revoked(Collection<Integer> partitions);

    /// These partitions have gone: somebody else may own them, nothing may be committed.
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

  /// Publishes the group in one transaction: outputs and offsets, or neither.
  Fate publish(CommitGroup group);

  /// Told once it is known what became of a group that was published, at once or by [#recover]: for
  /// those who count. Most logs have no use for it.
  default void known(CommitGroup group, boolean happened) {}

  /// After an unknown fate: ends the old transaction for good and reads back what is committed for
  /// the group's partitions.
  ///
  /// @return empty when that can't be known yet; the lane asks again
  Optional<Map<Integer, Committed>> recover(CommitGroup group);
}
