package dev.phaseline.core.engine;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Collects settlements and commits them in groups. Owned by the lane.
///
/// At most one transaction is open or of unknown fate at a time: a later one counts earlier items
/// as complete, so if it committed and the earlier one had not, those items would be lost.
final class Publication {
  private static final long ABORT_PAUSE_NANOS = 50_000_000L;
  private static final long RECOVER_PAUSE_NANOS = 100_000_000L;
  private static final long LINGER_NANOS_MAX = 250_000_000L;
  private static final long ASIDE_NANOS = 10_000_000_000L;

  private final LaneSettings settings;
  private final Ports ports;
  private final Map<Integer, PartitionLedger<Slot>> ledgers;
  private final Work work;
  private final BiConsumer<PartitionLedger<Slot>, String> stop;
  private final Deque<Slot> settled = new ArrayDeque<>();
  private final Deque<Slot> tooFar = new ArrayDeque<>(); // settled, but does not fit yet
  private final Deque<Slot> aside = new ArrayDeque<>(); // dead letters that are refused
  private long asideUntilNanos;
  private long settledBytes;
  private @Nullable CommitGroup ofUnknownFate;
  private long notBeforeNanos;
  private boolean pausing;

  private long commits;
  private long items;
  private long aborts;
  private long unknown;
  private long nanos;
  private long lastNanos;
  private String lastReason = "";

  /// @param stop stops a partition, and why
  Publication(
      LaneSettings settings,
      Ports ports,
      Map<Integer, PartitionLedger<Slot>> ledgers,
      Work work,
      BiConsumer<PartitionLedger<Slot>, String> stop) {
    this.settings = settings;
    this.ports = ports;
    this.ledgers = ledgers;
    this.work = work;
    this.stop = stop;
    work.onSettled(this::add);
  }

  private void add(Slot slot) {
    settled.addLast(slot);
    settledBytes += slot.settlement().bytes();
  }

  /// Publishes what is due; everything, whatever is due, when there is no later.
  void turn(long now, boolean everything) {
    if (!aside.isEmpty() && asideUntilNanos - now <= 0) offerAsideAgain();
    do {
      if (ofUnknownFate != null && !resolve(ofUnknownFate, now, everything)) return;
      if (!everything && !isDue(now)) return;
      var group = open();
      if (!group.isEmpty() && !publish(group, now)) return;
    } while (everything ? !settled.isEmpty() : settled.size() >= settings.commit().itemsMax());
  }

  private boolean isDue(long now) {
    if (pausing && notBeforeNanos - now > 0) return false;
    pausing = false;
    return anyCommitWanted() || dueInNanos(now) <= 0;
  }

  private long dueInNanos(long now) {
    if (settled.isEmpty()) return Long.MAX_VALUE;
    var rule = settings.commit();
    if (settled.size() >= rule.itemsMax() || settledBytes >= rule.bytesMax()) return 0;
    return settled.getFirst().settledAtNanos() + lingerNanos() - now;
  }

  /// Long enough that transactions cost a bounded share of the lane's time when the broker is slow;
  /// short when little is in flight, because then nobody else is coming. Bounded, because one
  /// transaction that took a minute must not make the next one wait two.
  private long lingerNanos() {
    var linger = settings.commit().linger().toNanos();
    return work.inProgress() == 0
        ? linger / 4
        : Math.max(linger, Math.min(2 * lastNanos, LINGER_NANOS_MAX));
  }

  private boolean anyCommitWanted() {
    for (var ledger : ledgers.values()) if (ledger.commitWanted()) return true;
    return false;
  }

  /// Whether every partition's new owner has said that it is one.
  boolean allAnnounced() {
    for (var ledger : ledgers.values()) if (!ledger.isAnnounced()) return false;
    return true;
  }

  private CommitGroup open() {
    var group = new CommitGroup();
    var rule = settings.commit();
    while (!settled.isEmpty() && group.slots().size() < rule.itemsMax()) {
      var slot = settled.getFirst();
      var settlement = slot.settlement();
      if (!group.slots().isEmpty() && (slot.alone || group.slots().getFirst().alone)) break;
      // one settlement alone may be larger than the rule: a fan-out is visible as a whole or not
      if (!group.slots().isEmpty() && group.bytes() + settlement.bytes() > rule.bytesMax()) break;
      settled.removeFirst();
      settledBytes -= settlement.bytes();
      if (!slot.ledger.isClosed()) group.add(slot);
    }
    propose(group, false);
    return group;
  }

  /// The only place where offsets enter a commit: nothing but what is assigned now, because brokers
  /// accept foreign partitions from a live member (KIP-1287).
  private void propose(CommitGroup group, boolean clean) {
    var before = List.copyOf(group.slots());
    for (var ledger : ledgers.values()) {
      var wanted = clean || ledger.commitWanted();
      if (!wanted && group.endOf(ledger) == 0 && !ledger.frontierMoved()) continue;
      var proposed = ledger.propose(group.endOf(ledger), clean);
      group.holdFrom(ledger, proposed.through());
      var says = wanted || group.endOf(ledger) > 0; // after what doesn't fit was left out
      if (says || (!group.slots().isEmpty() && ledger.frontierMoved())) group.put(ledger, proposed);
    }
    for (var slot : before) if (!slot.isInCommit()) tooFar.addLast(slot);
  }

  /// Items whose completion did not fit into the metadata may fit now.
  private void reconsiderTooFar() {
    while (!tooFar.isEmpty()) giveBack(tooFar.removeLast());
  }

  private void giveBack(Slot slot) {
    slot.to(ItemState.SETTLED);
    settled.addFirst(slot);
    settledBytes += slot.settlement().bytes();
  }

  private boolean publish(CommitGroup group, long now) {
    var fate = ports.sink().publish(group.batch());
    lastNanos = ports.nanos().getAsLong() - now;
    nanos += lastNanos;
    return switch (fate) {
      case Sink.Fate.Done() -> {
        done(group);
        yield true;
      }
      case Sink.Fate.Aborted(var reason) -> {
        aborted(group, reason);
        yield false;
      }
      case Sink.Fate.Refused refused -> {
        refused(group, refused);
        yield false;
      }
      case Sink.Fate.Unknown(var reason) -> {
        unknown++;
        lastReason = reason;
        for (var ledger : group.progress().keySet()) ledger.doubt();
        ofUnknownFate = group;
        pause(RECOVER_PAUSE_NANOS);
        yield false;
      }
    };
  }

  private void done(CommitGroup group) {
    commits++;
    ports.sink().known(group.batch(), true);
    for (var entry : group.progress().entrySet()) {
      var ledger = entry.getKey();
      if (!ledger.isClosed() && ledger.committed(entry.getValue())) reconsiderTooFar();
    }
    for (var slot : group.slots()) {
      if (slot.ledger.isClosed()) continue;
      slot.to(ItemState.COMPLETE);
      slot.ledger.remove(slot);
      work.completed(slot);
      items++;
    }
  }

  private void aborted(CommitGroup group, String reason) {
    aborts++;
    lastReason = reason;
    ports.sink().known(group.batch(), false);
    for (var slot : group.slots().reversed()) {
      if (!slot.ledger.isClosed()) giveBack(slot);
    }
    pause(ABORT_PAUSE_NANOS);
  }

  /// An item whose output the log does not take becomes a dead letter, and the others are published
  /// without it; when it is not known which ones they are, each is offered alone. A dead letter
  /// that is refused itself is kept and offered again later: it harms only the offset of its
  /// partition, and the topic may be made to take it.
  private void refused(CommitGroup group, Sink.Fate.Refused refused) {
    var items = refused.items();
    var count = group.slots().size();
    aborted(group, refused.reason());
    if (items.isEmpty()) {
      if (count > 1) for (var slot : group.slots()) slot.alone = true;
      return;
    }
    pausing = false; // there is nothing to wait for
    for (var place = 0; place < count; place++) {
      var slot = group.slots().get(place);
      var why = items.get(place);
      if (why == null || slot.ledger.isClosed()) continue;
      var before = slot.settlement();
      settledBytes -= before.bytes();
      if (before.dead()) {
        settled.remove(slot);
        setAside(slot);
      } else {
        work.refused(slot, refused.kind(), why);
        settledBytes += slot.settlement().bytes();
      }
    }
  }

  private void setAside(Slot slot) {
    if (aside.isEmpty()) asideUntilNanos = ports.nanos().getAsLong() + ASIDE_NANOS;
    slot.alone = true;
    slot.to(ItemState.REFUSED);
    aside.addLast(slot);
  }

  private void offerAsideAgain() {
    while (!aside.isEmpty()) giveBack(aside.removeLast());
  }

  private void pause(long forNanos) {
    pausing = true;
    notBeforeNanos = ports.nanos().getAsLong() + forNanos;
  }

  /// Reads back whether the group's transaction happened. Any partition of it that is still ours
  /// tells for all of them, because they were one transaction and nobody else commits for it. A
  /// partition that can't tell although it was committed before has lost its offset, and is
  /// stopped: to publish again what may be there already would be a guess.
  private boolean resolve(CommitGroup group, long now, boolean atOnce) {
    if (!atOnce && pausing && notBeforeNanos - now > 0) return false;
    var read = readBack(group.batch());
    if (read.isEmpty()) {
      pause(RECOVER_PAUSE_NANOS);
      return false;
    }
    ofUnknownFate = null;
    pausing = false;
    var committed = read.get();
    var happened = happened(group, committed);
    var ours = false;
    for (var entry : group.progress().entrySet()) {
      var ledger = entry.getKey();
      if (ledger.isClosed()) continue;
      var proposed = entry.getValue();
      var found = committed.get(ledger.partition());
      if (isLost(proposed, found, happened)) stop.accept(ledger, lost(ledger, proposed, found));
      else ours = true;
    }
    if (!ours || happened == null) return true; // what is not ours, the next owner reads
    if (happened) done(group);
    else aborted(group, "transaction did not happen");
    return true;
  }

  private Optional<Map<Integer, Ledger.Committed>> readBack(Batch batch) {
    if (!ports.sink().recover(batch)) return Optional.empty();
    return ports.ledger().committed(batch.partitions());
  }

  /// Whether the transaction happened, as far as the partitions that are still ours tell; null when
  /// none does. That of partitions without a commit so far none is there says that it did not.
  private @Nullable Boolean happened(CommitGroup group, Map<Integer, Ledger.Committed> committed) {
    Boolean unlessTold = false;
    for (var entry : group.progress().entrySet()) {
      var ledger = entry.getKey();
      if (ledger.isClosed()) continue;
      var proposed = entry.getValue();
      var found = seqOf(committed.get(ledger.partition()), proposed);
      if (isKnown(found, proposed)) return found >= proposed.seq();
      if (proposed.seq() > 1) unlessTold = null;
    }
    return unlessTold;
  }

  private static boolean isLost(
      Progress proposed, Ledger.@Nullable Committed found, @Nullable Boolean happened) {
    if (isKnown(seqOf(found, proposed), proposed)) return false;
    return proposed.seq() > 1 || happened == null || happened;
  }

  /// Whether it is the progress that was there before the transaction, or later.
  private static boolean isKnown(long found, Progress proposed) {
    return found > 0 && found >= proposed.seq() - 1;
  }

  /// The number of a commit; 0 where there is none of ours, or one of a topic that is gone.
  private static long seqOf(Ledger.@Nullable Committed committed, Progress proposed) {
    if (committed == null || committed.metadata().isEmpty()) return 0;
    try {
      var found = Progress.decode(committed.offset(), committed.metadata());
      return found.isOf(proposed.topic()) ? found.seq() : 0;
    } catch (Progress.UndecodableException foreign) {
      throw new IllegalStateException("another writer has written this group's offsets", foreign);
    }
  }

  private static String lost(
      PartitionLedger<Slot> ledger, Progress proposed, Ledger.@Nullable Committed found) {
    return "its committed offset was lost while the fate of a transaction was unknown: "
        + (found == null ? "there is none" : "it is " + found.offset() + " of an earlier time")
        + ", it was "
        + ledger.committedFrontier()
        + ", or "
        + proposed.frontier()
        + " if the transaction happened (the topic or the group's offsets were deleted or reset);"
        + " stop the phase's workers, set the offset by hand (kafka-consumer-groups"
        + " --reset-offsets) and start again";
  }

  /// The last word on partitions that are given up in order: whoever comes next need not suspect
  /// anything.
  void release(Collection<PartitionLedger<Slot>> leaving) {
    if (ofUnknownFate != null || leaving.isEmpty()) return;
    var group = new CommitGroup();
    for (var ledger : leaving) {
      if (!ledger.isClosed()) group.put(ledger, ledger.propose(0, true));
    }
    if (group.isEmpty()) return; // stopped meanwhile
    publish(group, ports.nanos().getAsLong());
  }

  void forget(PartitionLedger<Slot> ledger) {
    tooFar.removeIf(slot -> slot.ledger == ledger);
    aside.removeIf(slot -> slot.ledger == ledger);
    settled.removeIf(
        slot -> {
          if (slot.ledger != ledger) return false;
          settledBytes -= slot.settlement().bytes();
          return true;
        });
  }

  /// Whether there are results that must wait for the frontier to move. More of them would only
  /// fill the memory.
  boolean isTooFarAhead() {
    return !tooFar.isEmpty();
  }

  /// Results that are not committed yet, those too far ahead and those refused among them.
  int unpublished() {
    return settled.size() + tooFar.size() + aside.size();
  }

  /// Whether something could be published now or soon.
  boolean hasWork() {
    return ofUnknownFate != null || !settled.isEmpty();
  }

  /// Without what is too far ahead: starting nothing because of that would keep the frontier where
  /// it is.
  long unpublishedBytes() {
    return settledBytes;
  }

  long waitNanos(long now) {
    if (pausing) return Math.max(0, notBeforeNanos - now);
    return anyCommitWanted() ? 0 : Math.max(0, dueInNanos(now));
  }

  LaneStats.Publication counts() {
    return new LaneStats.Publication(commits, items, aborts, unknown, nanos, lastReason);
  }
}
