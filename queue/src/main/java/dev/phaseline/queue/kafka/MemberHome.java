package dev.phaseline.queue.kafka;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The claims that wait, for the members that serve them. Thread-safe.
interface MemberHome {
  /// A number that no claim of this home has had.
  long number();

  /// Waits until a member that has nothing is to look for records.
  ///
  /// @return false when it need not look in this time
  boolean awaitLook(Member member, Duration wait);

  /// A member looks for records, whether or not a claim waits for them: its client fetches anyway.
  void looks(Member member);

  /// A member has nothing and does not look.
  void rests(Member member);

  /// Takes claims for records that have arrived; the member does not look any more.
  ///
  /// @param records how many the member has for claims
  /// @return empty when no claim waits: the member has a stock until it deals again
  List<ClaimRequest> deal(Member member, int records);

  /// Whether a claim waits.
  boolean isWanted();

  /// Number of the claim that came last.
  long lastNumber();

  /// Number of the first claim that waits; more than [#lastNumber()] when none does.
  long firstNumber();

  /// Answers with nothing the claims whose time is over, up to a number.
  void expire(long upTo);

  /// Nanoseconds until the time of the first claim is over, not more than `most`.
  long untilFirstEnd(long most);

  /// Lets a member go that holds nothing.
  ///
  /// @return false when there is a claim for it after all
  boolean retire(Member member);

  /// A member's thread ends.
  void ended(Member member, @Nullable RuntimeException failure);

  /// An item is held from now on.
  void hold(Held one);

  /// An item is held no longer.
  void drop(Held one);

  /// No broker has answered an acknowledgement.
  void unanswered(RuntimeException failure);

  /// A consumer was not closed in order.
  void closedWith(RuntimeException failure);
}
