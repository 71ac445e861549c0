package dev.phaseline.testkit.sim;

import dev.phaseline.core.engine.Batch;
import dev.phaseline.core.engine.EarlierAttempts;
import dev.phaseline.core.engine.Ledger;
import dev.phaseline.core.engine.Sink;
import dev.phaseline.core.engine.Source;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The log as one lane sees it: a consumer in the group, whose background heartbeats tell it what
/// to give and what to take, and a ring of transactional producers.
final class SimLog implements Source, Sink, Ledger {
  private static final long HEARTBEAT_NANOS = 40 * Scenario.MS;
  private static final long SESSION_NANOS = 250 * Scenario.MS;

  private final SimLane lane;
  private final SimLane.Shared shared;
  private final World world;
  private final SimGroup group;
  private final SimTransactions transactions;
  private final SimProducers producers;
  private final BitSet assigned = new BitSet();
  private final BitSet paused = new BitSet();
  private final long[] positions;
  private @Nullable Listener listener;
  private SimGroup.@Nullable Member member;
  private SimGroup.Answer told = new SimGroup.Answer(0, new BitSet(), new BitSet());
  private boolean knowsItIsOut;
  private boolean left;
  private @Nullable Batch inDoubt; // the lane asks what became of it
  private int turn;

  SimLog(SimLane lane, String name, SimLane.Shared shared, Tampering tampering) {
    this.lane = lane;
    this.shared = shared;
    this.world = shared.world();
    this.group = shared.group();
    this.transactions = shared.transactions();
    this.positions = new long[shared.books().topic().partitions()];
    this.producers = new SimProducers(lane, name, shared, tampering);
  }

  void join() {
    var joined = group.join(lane);
    member = joined;
    knowsItIsOut = false;
    told = new SimGroup.Answer(0, new BitSet(), new BitSet());
    heartbeat(joined);
    watch(joined);
  }

  /// The background thread: it goes on while the lane is busy, not while the process is frozen.
  private void heartbeat(SimGroup.Member beating) {
    if (left || member != beating) return;
    var loss = lane.isHealed() ? 0 : shared.scenario().nemesis().heartbeatLoss();
    if (!lane.process.isFrozen()) {
      if (!beating.known) {
        knowsItIsOut = true;
        lane.news();
        return;
      }
      var answer = group.heartbeat(beating);
      if (!world.chance(loss)) {
        told = answer;
        if (hasNews()) lane.news();
      }
    }
    world.after(world.between(HEARTBEAT_NANOS / 2, HEARTBEAT_NANOS), () -> heartbeat(beating));
  }

  /// The coordinator expels who was not heard for too long.
  private void watch(SimGroup.Member watched) {
    if (!watched.known) return;
    var silent = world.now() - watched.heardAt;
    if (silent > SESSION_NANOS) {
      world.note("session expires", lane.id, -1, -1, -1);
      group.remove(watched);
      return;
    }
    world.after(SESSION_NANOS - silent + 1, () -> watch(watched));
  }

  /// The coordinator drops the member, for whatever reason; the lane learns it later.
  void expel() {
    if (member != null) group.remove(member);
  }

  boolean isExpelled() {
    return member == null || !member.known;
  }

  boolean hasNews() {
    if (left) return false;
    if (knowsItIsOut || told.leaving().intersects(assigned)) return true;
    for (var p = told.owned().nextSetBit(0); p >= 0; p = told.owned().nextSetBit(p + 1)) {
      if (!assigned.get(p) && transactions.isStable(p)) return true;
    }
    for (var p = assigned.nextSetBit(0); p >= 0; p = assigned.nextSetBit(p + 1)) {
      if (!paused.get(p) && visible(p) != null) return true;
    }
    return false;
  }

  private @Nullable SimItem visible(int partition) {
    var topic = shared.books().topic();
    var place = topic.placeAt(partition, positions[partition]);
    if (place == topic.of(partition).size()) return null;
    var item = topic.of(partition).get(place);
    return item.visibleAt() <= world.now() ? item : null;
  }

  @Override
  public void poll(long maxWaitNanos, Listener to) {
    lane.await(maxWaitNanos);
    listener = to;
    if (knowsItIsOut) {
      lose(to);
      join();
    }
    if (!told.leaving().isEmpty()) giveUp(to, told.leaving());
    take(to);
    fetch(to);
  }

  private void lose(Listener to) {
    var gone = numbers(assigned);
    assigned.clear();
    paused.clear();
    note("lost", gone);
    for (var tenure : tenures(gone)) {
      shared.books().tell(guarantee -> guarantee.lost(tenure));
      lane.end(tenure.partition);
    }
    if (!gone.isEmpty())
      lane.inCallback(() -> lane.handlers().whileNothingSwitches(() -> to.lost(gone)));
  }

  private void giveUp(Listener to, BitSet leaving) {
    var mine = member;
    var going = (BitSet) leaving.clone();
    going.and(assigned);
    var gone = numbers(going);
    if (!gone.isEmpty()) {
      note("revoking", gone);
      var tenures = tenures(gone);
      shared.books().tell(guarantee -> guarantee.revoking(lane, tenures));
      lane.inCallback(() -> to.revoked(gone));
      shared.books().tell(guarantee -> guarantee.revoked(lane, tenures));
      note("revoked", gone);
      assigned.andNot(going);
      paused.andNot(going);
      for (var partition : gone) lane.end(partition);
    }
    if (mine == null) return;
    var all = numbers(leaving);
    told = new SimGroup.Answer(told.epoch(), without(told.owned(), leaving), new BitSet());
    world.after(
        world.between(0, 10 * Scenario.MS),
        () -> all.forEach(partition -> group.acknowledge(mine, partition)));
  }

  private static BitSet without(BitSet set, BitSet gone) {
    var rest = (BitSet) set.clone();
    rest.andNot(gone);
    return rest;
  }

  private List<Tenure> tenures(List<Integer> partitions) {
    var tenures = new ArrayList<Tenure>();
    for (var partition : partitions) {
      var tenure = lane.tenure(partition);
      if (tenure != null) tenures.add(tenure);
    }
    return tenures;
  }

  private void take(Listener to) {
    var start = new TreeMap<Integer, Committed>();
    var mine = told.owned();
    for (var p = mine.nextSetBit(0); p >= 0; p = mine.nextSetBit(p + 1)) {
      if (assigned.get(p) || !transactions.isStable(p)) continue;
      var committed = transactions.committed(p);
      start.put(p, committed == null ? new Committed(0, "") : committed);
    }
    if (start.isEmpty()) return;
    start.forEach(
        (partition, from) -> {
          positions[partition] = from.offset();
          assigned.set(partition);
          lane.open(new Tenure(lane, partition, SimTransactions.read(from)));
          world.note("takes", lane.id, partition, from.offset(), -1);
        });
    lane.inCallback(() -> to.assigned(start));
  }

  private void fetch(Listener to) {
    var room = shared.scenario().pollMax();
    turn++;
    for (var i = 0; i < positions.length; i++) {
      var p = (i + turn) % positions.length;
      if (!assigned.get(p) || paused.get(p)) continue;
      var before = room;
      for (var item = visible(p); item != null && room > 0; item = visible(p)) {
        positions[p] = item.offset() + 1;
        room--;
        var tenure = lane.tenure(p);
        if (tenure != null) shared.books().delivered(tenure.course(item));
        world.note("fetch", lane.id, p, item.offset(), -1);
        var earlier =
            item.attempt() == 1 ? null : new EarlierAttempts(item.attempt(), world.clock());
        to.fetched(item, earlier);
      }
      if (room < before && world.chance(0.5)) {
        skip(p);
        to.moved(p, positions[p]);
      }
    }
  }

  /// Markers and aborted records behind the last one that was delivered.
  private void skip(int partition) {
    var items = shared.books().topic().of(partition);
    var place = shared.books().topic().placeAt(partition, positions[partition]);
    var next = place < items.size() ? items.get(place).offset() : positions[partition] + 3;
    positions[partition] = world.between(positions[partition], next);
  }

  @Override
  public boolean isCaughtUp(int partition) {
    return assigned.get(partition) && visible(partition) == null;
  }

  @Override
  public void pause(Collection<Integer> partitions) {
    for (var partition : partitions) if (assigned.get(partition)) paused.set(partition);
  }

  @Override
  public void resume(Collection<Integer> partitions) {
    for (var partition : partitions) paused.clear(partition);
  }

  @Override
  public Fate publish(Batch commit) {
    shared.books().tell(guarantee -> guarantee.publishing(lane, commit));
    var fate =
        producers.publish(
            commit,
            () -> member != null && group.accepts(member, told.epoch(), commit.offsets().keySet()));
    lane.stillAlive();
    world.note(fate.getClass().getSimpleName(), lane.id, -1, -1, commit.size());
    shared.books().tell(guarantee -> guarantee.answered(lane, commit, fate));
    return fate;
  }

  @Override
  public boolean recover(Batch commit) {
    var ended = producers.recover();
    lane.stillAlive();
    inDoubt = commit;
    if (!ended) answered(commit, false);
    return ended;
  }

  @Override
  public Optional<Map<Integer, Committed>> committed(Collection<Integer> partitions) {
    var found = producers.committed(partitions);
    answered(Objects.requireNonNull(inDoubt), found.isPresent());
    return found;
  }

  private void answered(Batch commit, boolean known) {
    world.note("recovered", lane.id, -1, -1, known ? 1 : 0);
    shared.books().tell(guarantee -> guarantee.recovered(lane, commit, known));
  }

  /// Closes the consumer: what is owned is revoked, the group is left.
  void close() {
    var to = listener;
    if (knowsItIsOut && to != null) lose(to);
    if (to != null && !assigned.isEmpty()) giveUp(to, (BitSet) assigned.clone());
    left = true;
    if (member != null) group.remove(member);
  }

  /// The process is gone; the coordinator notices when heartbeats stay away.
  void die() {
    left = true;
  }

  private void note(String what, List<Integer> partitions) {
    for (var partition : partitions) world.note(what, lane.id, partition, -1, -1);
  }

  private static List<Integer> numbers(BitSet set) {
    return set.stream().boxed().toList();
  }
}
