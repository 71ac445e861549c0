package dev.phaseline.queue.kafka;

import java.time.Duration;

/// Mark in a member's search for records: which claims have waited while each broker was asked
/// once. A claim whose time is over gets nothing only then, because one that does not wait at all
/// is to get what is there. For the member's thread alone.
final class LookMark {
  /// A search has so long, whatever the claims say: a member has to join first.
  private static final Duration JOIN_MAX = Duration.ofSeconds(20);

  private final MemberHome home;
  private final QueueAccess access;
  private final ShareFetches fetches;
  private long upTo;
  private long looksMin;
  private long startNanos;

  LookMark(MemberHome home, QueueAccess access, ShareFetches fetches) {
    this.home = home;
    this.access = access;
    this.fetches = fetches;
  }

  /// Begins with all claims that wait now.
  void set() {
    upTo = home.lastNumber();
    looksMin = fetches.count() + (fetches.isGoing() ? 1 : 0) + access.leaders();
    startNanos = System.nanoTime();
  }

  /// Answers the claims whose time is over if brokers have been asked on their behalf; for a member
  /// that has found nothing.
  void check() {
    var isOver = fetches.count() >= looksMin || System.nanoTime() - startNanos > JOIN_MAX.toNanos();
    if (isOver) home.expire(upTo);
    if (isOver || home.firstNumber() > upTo) set();
  }
}
