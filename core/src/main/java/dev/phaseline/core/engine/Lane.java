package dev.phaseline.core.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The loop: fetches records, has them handled, publishes what is settled. One lane is one thread's
/// world: every method is called by the thread that owns it, and [#runOnce()] is the program.
///
/// What it guarantees, whatever the log does:
/// - an item's settlement is published in the transaction that makes its offset complete, at most
///   once, and an item that was fetched is settled unless its partition is taken away first;
/// - a settlement is kept until the commit that carries it is known to have happened; after an
///   abort the same bytes are published again, the handler is not run again;
/// - nothing is committed for a partition that is not assigned now, nor while the fate of an
///   earlier commit is unknown;
/// - in-flight items and bytes are bounded; polling never stops because of a handler.
public final class Lane {
  private static final long POLL_IDLE_NANOS = 100_000_000L;
  private static final long POLL_BUSY_NANOS = 1_000_000L;
  private static final long POLL_HELD_NANOS = 50_000_000L;
  private static final long OFFER_PAUSE_NANOS = 20_000_000L;
  private static final int LAST_OFFERS_MAX = 5;
  private static final long LOOK_NANOS = 100_000_000L;

  private final LaneSettings settings;
  private final Ports ports;
  private final Map<Integer, PartitionLedger<Slot>> ledgers = new HashMap<>();
  private final Map<Integer, String> stopped = new HashMap<>();
  private final Map<Integer, Long> lost = new HashMap<>(); // what was committed last of partitions
  private final Work work;
  private final Publication publication;
  private final Source.Listener listener = new OnThisThread();
  private boolean draining;
  private boolean paused;
  private boolean flowPaused;
  private long nextLookNanos;

  /// A lane that has no partitions yet.
  public Lane(LaneSettings settings, Ports ports) {
    this.settings = settings;
    this.ports = ports;
    this.work = new Work(settings, ports);
    this.publication = new Publication(settings, ports, ledgers, work, this::stop);
    this.nextLookNanos = ports.nanos().getAsLong();
  }

  /// One turn. Order matters: settling finished work is what makes room for more.
  public void runOnce() {
    var now = ports.nanos().getAsLong();
    work.takeResults(now);
    work.expire(now);
    work.split(now);
    publication.turn(now, false);
    ports.handlers().backlog(publication.unpublishedBytes());
    work.wake(now);
    dispatch(now);
    lookHowFarTheLogGoes(now);
    controlFlow();
    waitForNews(ports.nanos().getAsLong());
  }

  /// Nothing starts before the lane has said that the partitions are its own now.
  private void dispatch(long now) {
    if (!draining && !paused && publication.allAnnounced()) work.dispatch(now);
    else work.hold();
  }

  /// Waits for records where nothing runs, and for results where something does, with a short look
  /// at the records in between. A lane that fetches nothing has only results to wait for.
  private void waitForNews(long now) {
    var starts = !draining && !paused;
    var wait = Math.min(work.waitNanos(now, starts), publication.waitNanos(now));
    if (work.inProgress() == 0) {
      ports.source().poll(Math.min(wait, POLL_IDLE_NANOS), listener);
    } else {
      ports.source().poll(0, listener);
      dispatch(now);
      ports.handlers().await(Math.min(wait, flowPaused ? POLL_HELD_NANOS : POLL_BUSY_NANOS));
    }
  }

  /// Starts nothing more and takes back what has not started. Goes on with [#runOnce()] until
  /// [#isDrained()].
  public void drain() {
    draining = true;
    work.withdrawAll();
  }

  /// From here on, what operators have said holds: a paused lane starts nothing, fetches nothing
  /// more and goes on with what runs; the items of cancelled jobs end without being handled, those
  /// that run are told and end so whatever they come to.
  public void obey(LaneOrders orders) {
    paused = orders.paused();
    work.obey(orders);
  }

  /// Whether no handler runs and nothing waits for publication.
  public boolean isDrained() {
    return work.inProgress() == 0 && !publication.hasWork();
  }

  /// Snapshot of the lane, for display and metrics.
  public LaneStats stats() {
    var now = ports.nanos().getAsLong();
    var span = 0L;
    for (var ledger : ledgers.values()) span = Math.max(span, ledger.span());
    return new LaneStats(
        Set.copyOf(ledgers.keySet()),
        Map.copyOf(stopped),
        work.counts(),
        publication.counts(),
        work.held(),
        work.inProgress(),
        work.backingOff(),
        work.permits(now),
        publication.unpublished(),
        span,
        work.suspendedBecause(),
        work.suspendedNanos(now),
        quarantined(now),
        work.left());
  }

  private List<LaneStats.Quarantined> quarantined(long now) {
    var all = new ArrayList<LaneStats.Quarantined>();
    for (var ledger : ledgers.values()) {
      var one = ledger.quarantine().stats(ledger.partition(), now);
      if (one != null) all.add(one);
    }
    return all;
  }

  private void controlFlow() {
    var held = paused || draining; // what nobody here is going to start is not fetched either
    var full =
        held || work.isFull() || publication.isTooFarAhead() || widestSpan() >= settings.spanMax();
    if (full == flowPaused) return;
    if (full) ports.source().pause(List.copyOf(ledgers.keySet()));
    else if (work.hasRoom()) ports.source().resume(List.copyOf(ledgers.keySet()));
    else return;
    flowPaused = full;
  }

  /// End of the suspected items where the log ends: they are counted otherwise, and where little
  /// arrives that would take days. An item that came after the last owner's death is not one.
  private void lookHowFarTheLogGoes(long now) {
    if (now - nextLookNanos < 0) return;
    nextLookNanos = now + LOOK_NANOS;
    for (var ledger : ledgers.values()) {
      if (!ledger.quarantine().awaitsMore()) continue;
      if (ports.source().isCaughtUp(ledger.partition())) ledger.quarantine().caughtUp();
    }
  }

  private long widestSpan() {
    var widest = 0L;
    for (var ledger : ledgers.values()) widest = Math.max(widest, ledger.span());
    return widest;
  }

  private void drop(PartitionLedger<Slot> ledger) {
    ledger.close();
    work.forget(ledger);
    publication.forget(ledger);
  }

  /// Leaves a partition alone that is still assigned, until it is taken away.
  private void stop(PartitionLedger<Slot> ledger, String why) {
    ledgers.remove(ledger.partition());
    drop(ledger);
    stopped.put(ledger.partition(), why);
    ports.source().pause(List.of(ledger.partition()));
  }

  /// Listener for news of the log during a poll, which is on the lane's own thread: a commit can't
  /// run while a partition is taken away, by construction.
  private final class OnThisThread implements Source.Listener {

    @Override
    public void assigned(Map<Integer, Ledger.Committed> partitions) {
      partitions.forEach(this::assign);
      if (flowPaused) ports.source().pause(List.copyOf(partitions.keySet()));
    }

    private void assign(int partition, Ledger.Committed committed) {
      try {
        var inherited =
            committed.metadata().isEmpty()
                ? Progress.startingAt(committed.offset())
                : Progress.decode(committed.offset(), committed.metadata());
        inherited.verifyTopic(committed.topic());
        ledgers.put(
            partition,
            new PartitionLedger<>(
                partition, inherited.of(committed.topic()), quarantine(partition, inherited)));
      } catch (Progress.UndecodableException e) {
        // Going on from the offset alone could run complete items again: a person has to decide.
        stopped.put(
            partition, "progress at offset " + committed.offset() + " is " + e.getMessage());
        ports.source().pause(List.of(partition));
      }
    }

    /// An owner that did not let go in order has died; unless it was this one itself, which was put
    /// out, by a freeze as a rule, and is alive.
    private PartitionQuarantine<Slot> quarantine(int partition, Progress inherited) {
      var known = lost.remove(partition);
      var before = inherited.quarantine();
      var alive = inherited.clean() || (known != null && known == inherited.seq());
      var after =
          alive ? before.withoutDeath(inherited.through()) : before.afterDeath(inherited.through());
      var now = ports.nanos().getAsLong();
      var startedAhead = 2 * settings.options().limits().inFlightItemsMax();
      return new PartitionQuarantine<>(
          settings.trials(),
          new PartitionQuarantine.Start(after, startedAhead, now),
          ports.trials().place());
    }

    @Override
    public void revoked(Collection<Integer> partitions) {
      var leaving = leaving(partitions);
      var deadline = ports.nanos().getAsLong() + settings.revokeDrain().toNanos();
      work.withdraw(leaving);
      awaitStarted(leaving, deadline);
      work.handOver(leaving, ports.nanos().getAsLong());
      publishRest(deadline);
      publication.release(leaving);
      forget(partitions);
    }

    private void awaitStarted(Set<PartitionLedger<Slot>> leaving, long deadline) {
      var now = ports.nanos().getAsLong();
      while (work.inProgress(leaving) > 0 && deadline - now > 0) {
        ports.handlers().await(Math.min(deadline - now, 10 * POLL_BUSY_NANOS));
        now = ports.nanos().getAsLong();
        work.takeResults(now);
        work.expire(now);
      }
      work.takeResults(now);
    }

    /// A refused commit is offered again: what it carries would otherwise be done twice, here and
    /// by the next owner. A few times only, because a refusal for good looks the same.
    private void publishRest(long deadline) {
      for (var offers = 1; offers <= LAST_OFFERS_MAX; offers++) {
        publication.turn(ports.nanos().getAsLong(), true);
        var left = deadline - ports.nanos().getAsLong();
        if (!publication.hasWork() || left <= 0) return;
        ports.handlers().await(Math.min(left, OFFER_PAUSE_NANOS));
      }
    }

    @Override
    public void lost(Collection<Integer> partitions) {
      for (var ledger : leaving(partitions)) {
        if (ledger.knowsItsWord()) lost.put(ledger.partition(), ledger.seq());
      }
      forget(partitions);
    }

    private Set<PartitionLedger<Slot>> leaving(Collection<Integer> partitions) {
      var leaving = new LinkedHashSet<PartitionLedger<Slot>>();
      for (var partition : partitions) {
        var ledger = ledgers.get(partition);
        if (ledger != null) leaving.add(ledger);
      }
      return leaving;
    }

    private void forget(Collection<Integer> partitions) {
      for (var partition : partitions) {
        stopped.remove(partition);
        var ledger = ledgers.remove(partition);
        if (ledger != null) drop(ledger);
      }
    }

    @Override
    public void fetched(Item item, @Nullable EarlierAttempts earlier) {
      var ledger = ledgers.get(item.partition());
      if (ledger == null) return; // stopped: read, but never touched
      if (ledger.deliver(item.offset())) work.add(ledger, item, earlier);
    }

    @Override
    public void moved(int partition, long next) {
      var ledger = ledgers.get(partition);
      if (ledger != null) ledger.moveTo(next);
    }
  }

  /// Gives up whatever it holds that other lanes of the process wait for. The last call, however
  /// the lane has ended.
  public void abandon() {
    for (var ledger : ledgers.values()) ledger.quarantine().leave();
  }

  /// Partitions that are stopped, and why.
  public Map<Integer, String> stopped() {
    return Map.copyOf(stopped);
  }

  /// The partitions that this lane works on.
  public List<Integer> assigned() {
    return new ArrayList<>(ledgers.keySet());
  }
}
