package dev.phaseline.queue.kafka;

import dev.phaseline.queue.QueueUnavailableException;
import dev.phaseline.topics.ShareGroupSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The place that members work for, as they see it: it has claims for them, and knows their queue.
/// Thread-safe.
interface MemberHome {
  String queue();

  /// The topic of the items, and the name of the group.
  String topic();

  /// The wall clock.
  Instant now();

  /// How many brokers lead partitions of the queue.
  int leaders();

  int partitions();

  /// How the group is set.
  ShareGroupSettings group();

  /// A number that no claim of this home has had.
  long number();

  /// A member will ask for its next claim at once.
  void free(Member member);

  /// The next claim for a free member; null when none comes in this time.
  @Nullable ClaimRequest next(Member member, Duration wait);

  /// Lets a free member go.
  ///
  /// @return false when there is a claim for it after all
  boolean retire(Member member);

  /// A member's thread ends.
  void ended(Member member, @Nullable RuntimeException failure);

  /// An item is held from now on.
  void hold(Held one);

  /// An item is held no longer.
  void drop(Held one);

  /// Writes held items anew, with the deliveries that they had before this one.
  void rewrite(List<Held> records);

  /// A failure in the words of queues.
  QueueUnavailableException unavailable(RuntimeException failure);

  /// No broker has answered an acknowledgement.
  void unanswered(RuntimeException failure);

  /// A consumer was not closed in order.
  void closedWith(RuntimeException failure);
}
