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

  void add(ClaimRequest request) {
    claims.add(new Numbered(++lastNumber, request));
  }

  /// Takes a claim back.
  ///
  /// @return false when it is not here any more
  boolean remove(ClaimRequest request) {
    return claims.removeIf(one -> one.request() == request);
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

  /// Claims at the end of the line.
  ///
  /// @param wanted number of records that all of them take
  /// @param largest number of records that the largest of them takes
  record Rest(int wanted, int largest) {}

  /// The claims that are left when the first ones have been served by so many records each. The
  /// last claim that records serve may get fewer than it takes, and is served all the same.
  Rest after(List<Integer> coming) {
    var line = claims.iterator();
    for (var records : coming) {
      for (int left = records; left > 0 && line.hasNext(); ) left -= line.next().request().max();
    }
    var wanted = 0;
    var largest = 0;
    while (line.hasNext()) {
      var max = line.next().request().max();
      wanted += max;
      largest = Math.max(largest, max);
    }
    return new Rest(wanted, largest);
  }

  /// Takes as many claims from the front as so many records serve.
  List<ClaimRequest> take(int records) {
    var taken = new ArrayList<ClaimRequest>();
    for (var left = records; left > 0 && !claims.isEmpty(); ) {
      var request = claims.remove().request();
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
  }
}
