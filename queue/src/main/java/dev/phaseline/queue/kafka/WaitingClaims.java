package dev.phaseline.queue.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/// The claims of a queue object that no member has served yet, the first one first. Each has a
/// number, so that a member can tell which of them were there when it began to look. Not
/// thread-safe: the pool's lock guards it.
final class WaitingClaims {
  /// A claim and its number, from 1.
  private record Numbered(long number, ClaimRequest request) {}

  private final Deque<Numbered> claims = new ArrayDeque<>();
  private long lastNumber;
  private long wanted;

  void add(ClaimRequest request) {
    claims.add(new Numbered(++lastNumber, request));
    wanted += request.max();
  }

  /// Takes a claim back.
  ///
  /// @return false when it is not here any more
  boolean remove(ClaimRequest request) {
    if (!claims.removeIf(one -> one.request() == request)) return false;
    wanted -= request.max();
    return true;
  }

  boolean isEmpty() {
    return claims.isEmpty();
  }

  /// Number of the claim that came last, of those that are served too.
  long lastNumber() {
    return lastNumber;
  }

  /// Number of the first claim; one more than the last when there is none.
  long firstNumber() {
    var first = claims.peek();
    return first == null ? lastNumber + 1 : first.number();
  }

  /// Number of records that all of them take.
  long wanted() {
    return wanted;
  }

  /// Number of records that the largest of them takes; 0 when there is none.
  int largest() {
    return claims.stream().mapToInt(one -> one.request().max()).max().orElse(0);
  }

  /// Takes as many claims from the front as so many records serve.
  List<ClaimRequest> take(int records) {
    var taken = new ArrayList<ClaimRequest>();
    for (var left = records; left > 0 && !claims.isEmpty(); ) {
      var request = claims.remove().request();
      wanted -= request.max();
      left -= request.max();
      taken.add(request);
    }
    return taken;
  }

  /// Answers with nothing those whose time is over, up to a number.
  void expire(long upTo) {
    var now = System.nanoTime();
    claims.removeIf(
        one -> {
          if (one.number() > upTo || one.request().endNanos() - now > 0) return false;
          wanted -= one.request().max();
          one.request().give(List.of());
          return true;
        });
  }

  /// Nanoseconds until the first of them has waited long enough, negative when it has; `most` when
  /// that is later or there is none.
  long untilFirstEnd(long most) {
    var now = System.nanoTime();
    var least = most;
    for (var one : claims) least = Math.min(least, one.request().endNanos() - now);
    return least;
  }

  /// Removes all, each after an answer.
  void clear(Consumer<ClaimRequest> answer) {
    claims.forEach(one -> answer.accept(one.request()));
    claims.clear();
    wanted = 0;
  }
}
