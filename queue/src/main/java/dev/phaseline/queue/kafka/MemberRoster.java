package dev.phaseline.queue.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The members of a queue object by what they do: those that look for records, those that have a
/// stock of them without a claim, those that are free, and the others, which hold items. Not
/// thread-safe: the pool's lock guards it.
final class MemberRoster {
  private final int membersMax;
  private final Set<Member> members = new HashSet<>();
  private final Deque<Member> free = new ArrayDeque<>();
  private final Set<Member> looking = new HashSet<>();
  private final Map<Member, Integer> stock = new HashMap<>();

  /// @param membersMax at most so many members at once
  MemberRoster(int membersMax) {
    this.membersMax = membersMax;
  }

  boolean contains(Member member) {
    return members.contains(member);
  }

  List<Member> all() {
    return List.copyOf(members);
  }

  /// Adds a member, which looks from its beginning.
  void add(Member member) {
    members.add(member);
    looking.add(member);
  }

  void remove(Member member) {
    members.remove(member);
    free.remove(member);
    looking.remove(member);
    stock.remove(member);
  }

  boolean isLooking(Member member) {
    return looking.contains(member);
  }

  int looking() {
    return looking.size();
  }

  /// Whether records may come without another member.
  boolean isAttended() {
    return !looking.isEmpty() || !stock.isEmpty();
  }

  void look(Member member) {
    if (!members.contains(member)) return;
    free.remove(member);
    looking.add(member);
  }

  /// A member that does not look has nothing.
  void rest(Member member) {
    stock.remove(member);
    if (!members.contains(member) || looking.contains(member)) return;
    if (!free.contains(member)) free.addFirst(member);
  }

  /// A member has records: so many of them are for no claim.
  void hold(Member member, int spare) {
    looking.remove(member);
    if (spare > 0) stock.put(member, spare);
    else stock.remove(member);
  }

  Collection<Member> stocked() {
    return stock.keySet();
  }

  /// For each member that looks, the number of records that it fetches at most; for each that has a
  /// stock, their number.
  List<Integer> coming() {
    var counts = new ArrayList<Integer>(stock.values());
    for (var member : looking) counts.add(member.size());
    return counts;
  }

  /// Sends a free member to look: the largest whose size is within these, of several the one that
  /// was used last.
  ///
  /// @return null when none fits
  @Nullable Member lookBy(int least, int most) {
    Member best = null;
    for (var member : free) {
      if (member.size() < least || member.size() > most) continue;
      if (best == null || member.size() > best.size()) best = member;
    }
    if (best != null) look(best);
    return best;
  }

  /// Makes room for another member: stops the free one that was used longest ago if it must.
  ///
  /// @return whether there is room
  boolean makeRoom() {
    if (members.size() < membersMax) return true;
    var other = free.pollLast();
    if (other == null) return false;
    remove(other);
    other.stop();
    return true;
  }
}
