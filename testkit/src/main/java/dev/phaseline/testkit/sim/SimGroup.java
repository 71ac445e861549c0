package dev.phaseline.testkit.sim;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The coordinator of the consumer group. A partition changes hands when its owner has said that it
/// let go, or when the owner was expelled, which it learns later.
///
/// It is as trusting as Kafka's: a live member whose epoch is current may commit any partition of
/// its group (KIP-1287), and only members that it does not know, or whose epoch is old, are
/// refused.
final class SimGroup {
  /// A member, as the coordinator sees it.
  static final class Member {
    final SimLane lane;
    final BitSet target = new BitSet();
    final BitSet owned = new BitSet();
    final BitSet leaving = new BitSet(); // told to let go, and hasn't said that it has
    int epoch;
    boolean known = true;
    long heardAt;

    Member(SimLane lane, long now) {
      this.lane = lane;
      this.heardAt = now;
    }
  }

  /// The answer to a heartbeat.
  ///
  /// @param epoch the member's epoch
  /// @param owned what it may have
  /// @param leaving what it must let go
  record Answer(int epoch, BitSet owned, BitSet leaving) {}

  private final World world;
  private final boolean assignmentEpochs;
  private final List<Member> members = new ArrayList<>();
  private final @Nullable Member[] owner;
  private final int[] assignedIn;
  private int epoch;

  SimGroup(World world, int partitions, boolean assignmentEpochs) {
    this.world = world;
    this.assignmentEpochs = assignmentEpochs;
    this.owner = new Member[partitions];
    this.assignedIn = new int[partitions];
  }

  Member join(SimLane lane) {
    var member = new Member(lane, world.now());
    members.add(member);
    world.note("joins", lane.id, -1, -1, -1);
    shuffle(0.6);
    return member;
  }

  /// The member goes, in order or not: its partitions are free at once.
  void remove(Member member) {
    if (!member.known) return;
    member.known = false;
    members.remove(member);
    for (var p = 0; p < owner.length; p++) if (owner[p] == member) owner[p] = null;
    world.note("member is out", member.lane.id, -1, -1, -1);
    shuffle(0.6);
  }

  /// Deals the partitions out anew; each stays where it is meant to be with this probability.
  void shuffle(double sticky) {
    epoch++;
    for (var p = 0; p < owner.length; p++) {
      var present = target(p);
      if (present != null && world.chance(sticky)) continue;
      if (present != null) present.target.clear(p);
      if (!members.isEmpty()) members.get(world.below(members.size())).target.set(p);
    }
  }

  private @Nullable Member target(int partition) {
    for (var member : members) if (member.target.get(partition)) return member;
    return null;
  }

  /// A heartbeat arrives: what is owned and meant for others has to go, what is free and meant for
  /// this member is its own from here on.
  Answer heartbeat(Member member) {
    member.heardAt = world.now();
    var unwanted = (BitSet) member.owned.clone();
    unwanted.andNot(member.target);
    member.leaving.or(unwanted);
    var leaving = (BitSet) member.leaving.clone();
    if (leaving.isEmpty()) member.epoch = epoch;
    for (var p = 0; p < owner.length; p++) {
      if (owner[p] == null && member.target.get(p)) {
        owner[p] = member;
        member.owned.set(p);
        assignedIn[p] = epoch;
      }
    }
    return new Answer(member.epoch, (BitSet) member.owned.clone(), leaving);
  }

  /// The member has let go.
  void acknowledge(Member member, int partition) {
    if (!member.known || !member.leaving.get(partition)) return;
    member.leaving.clear(partition);
    owner[partition] = null;
    member.owned.clear(partition);
  }

  /// Whether offsets are accepted for these partitions from this member at this epoch.
  boolean accepts(Member member, int memberEpoch, Collection<Integer> partitions) {
    if (!member.known) return false;
    if (memberEpoch == member.epoch) return true; // any partition: the hole
    if (!assignmentEpochs) return false;
    for (var p : partitions) {
      if (owner[p] != member || memberEpoch < assignedIn[p]) return false;
    }
    return true;
  }

  List<Member> members() {
    return List.copyOf(members);
  }
}
