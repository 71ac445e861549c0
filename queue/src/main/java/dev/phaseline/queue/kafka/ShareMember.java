package dev.phaseline.queue.kafka;

import dev.phaseline.queue.Claim;
import dev.phaseline.topics.ShareGroupSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// One member of a queue's share group: a share consumer and the thread that owns it.
///
/// Kafka's client hands out no further records while one of the last batch is unfinished (renewed
/// ones count as unfinished). So a member looks for records, deals what it has found to the claims
/// that wait, keeps the records until each has ended, and then looks again.
///
/// The broker's lock and the lease are two things: the member renews the lock while a lease goes
/// on, and releases the record when the lease ends before the lock. When its process dies, the
/// broker releases its records as soon as the connection is gone. [#run()] is the thread's program.
final class ShareMember implements Runnable {
  /// A poll returns after so long, so that the thread sees what else there is to do. Each one asks
  /// for another fetch, which may go on when there are records already: so it is not short.
  private static final Duration SLICE = Duration.ofMillis(500);

  /// A poll is no shorter when the time of a claim is over soon, or over and waits for an answer.
  private static final Duration LAST_SLICE = Duration.ofMillis(100);

  /// While idle, a member looks so often whether a fetch goes on all the same.
  private static final Duration IDLE_LOOK = Duration.ofMillis(250);

  /// Records for which there is no claim any more wait so long for another one.
  private static final Duration SPARE_WAIT = Duration.ofSeconds(1);

  /// A member that does nothing leaves the group after that.
  private static final Duration IDLE_MAX = Duration.ofSeconds(30);

  /// One whose fetch goes on while no claim waits takes records from others that want them.
  private static final Duration IDLE_FETCHING_MAX = Duration.ofSeconds(5);

  /// With several partitions it has some for itself alone, whose items wait while it does nothing.
  private static final Duration IDLE_ALONE_MAX = Duration.ofMillis(200);

  private static final Duration COMMIT_MAX = Duration.ofSeconds(15);
  private static final Duration SHORT_WAIT_MAX = Duration.ofSeconds(5);

  private final MemberHome pool;
  private final QueueAccess access;
  private final ShareGroupSettings group;
  private final MemberInbox inbox;
  private final KafkaShareConsumer<byte[], byte[]> consumer;
  private final ShareFetches fetches;
  private final LookMark mark;
  private final Map<String, Held> held = new LinkedHashMap<>();
  private final Deque<MemberCommand> asked = new ArrayDeque<>();
  private final IdentityHashMap<MemberCommand.Settle, TopicPartition> settled =
      new IdentityHashMap<>();
  private final Deque<Held> spare = new ArrayDeque<>();
  private long spareEndNanos;
  private long servedNanos = System.nanoTime();

  ShareMember(
      MemberHome pool,
      QueueAccess access,
      ShareGroupSettings group,
      MemberInbox inbox,
      KafkaShareConsumer<byte[], byte[]> consumer) {
    this.pool = pool;
    this.access = access;
    this.group = group;
    this.inbox = inbox;
    this.consumer = consumer;
    this.fetches = new ShareFetches(consumer, group.lock());
    this.mark = new LookMark(pool, access, fetches);
  }

  @Override
  public void run() {
    RuntimeException failure = null;
    try {
      inbox.beforeStop(fetches::wake);
      consumer.subscribe(List.of(access.topic()));
      while (!inbox.isStopped()) turn();
    } catch (RuntimeException failed) {
      failure = failed;
    }
    end(failure);
  }

  private void turn() {
    if (isHolding()) {
      hold();
    } else if (fetches.isGoing()) {
      pool.looks(inbox);
      look();
    } else if (pool.awaitLook(inbox, idleWait())) {
      look();
    } else if (isIdleFor(idleMax())) {
      retire();
    }
  }

  /// Ends this member unless a claim wants it.
  private boolean retire() {
    if (!pool.retire(inbox)) return false;
    inbox.stop();
    return true;
  }

  private boolean isHolding() {
    return !held.isEmpty() || !spare.isEmpty();
  }

  private Duration idleWait() {
    return idleMax().compareTo(IDLE_LOOK) < 0 ? idleMax() : IDLE_LOOK;
  }

  private Duration idleMax() {
    return access.partitions() == 1 ? IDLE_MAX : IDLE_ALONE_MAX;
  }

  private Duration fetchingMax() {
    return access.partitions() == 1 ? IDLE_FETCHING_MAX : IDLE_ALONE_MAX;
  }

  private boolean isIdleFor(Duration time) {
    return System.nanoTime() - servedNanos >= time.toNanos();
  }

  /// Polls until records have come. The client goes on fetching when no claim waits any more, so
  /// this does too, and leaves the group after a time.
  private void look() {
    mark.set();
    while (!inbox.isStopped()) {
      if (pool.isWanted()) {
        servedNanos = System.nanoTime();
      } else if (!fetches.isGoing()) {
        pool.deal(inbox, 0);
        return;
      } else if (isIdleFor(fetchingMax()) && retire()) {
        return;
      }
      var slice = Math.max(LAST_SLICE.toNanos(), pool.untilFirstEnd(SLICE.toNanos()));
      var arrived = fetch(Duration.ofNanos(slice));
      if (!arrived.isEmpty()) {
        servedNanos = System.nanoTime();
        spareEndNanos = servedNanos + SPARE_WAIT.toNanos();
        spare.addAll(arrived);
        deal();
        return;
      }
      mark.check();
    }
  }

  /// Hands out what has arrived, as far as claims wait for it.
  private void deal() {
    while (true) {
      var requests = pool.deal(inbox, spare.size());
      if (requests.isEmpty()) return;
      requests.forEach(this::hand);
    }
  }

  /// Puts back what no claim has wanted. When its lock is over it may be another's: written anew,
  /// it would be there twice.
  private void endSpare() {
    var records = List.copyOf(spare);
    spare.clear();
    pool.deal(inbox, 0);
    if (!fetches.isLockOver()) {
      putBack(records);
      return;
    }
    for (var one : records) consumer.acknowledge(one.record(), AcknowledgeType.RELEASE);
    commit();
  }

  /// Records that may be handed out. Those that the broker is about to give up are written anew
  /// first, and come later.
  private List<Held> fetch(Duration wait) {
    var records = fetches.poll(wait);
    if (records.isEmpty()) return List.of();
    var isStale = fetches.isStale();
    var fresh = new ArrayList<Held>();
    var worn = new ArrayList<Held>();
    for (var record : records) {
      var one = new Held(inbox, record, pool.number());
      if (isWorn(record)) worn.add(one);
      else if (isStale) consumer.acknowledge(record, AcknowledgeType.RELEASE);
      else fresh.add(one);
    }
    if (!worn.isEmpty()) putBack(worn);
    else if (isStale) commit(); // it was locked for so long while nothing polled
    return fresh;
  }

  /// The broker gives a record up after its last delivery, silently; half of them is margin for
  /// consumers that die here.
  private boolean isWorn(ConsumerRecord<byte[], byte[]> record) {
    return record.deliveryCount().orElse((short) 1) > Math.max(1, group.deliveriesMax() / 2);
  }

  private void hand(ClaimRequest claim) {
    var endNanos = System.nanoTime() + claim.lease().toNanos();
    var until = access.now().plus(claim.lease());
    var mine = new ArrayList<Held>();
    while (mine.size() < claim.max() && !spare.isEmpty()) mine.add(spare.remove());
    var claims = new ArrayList<Claim>();
    for (var one : mine) {
      one.leaseUntil(endNanos);
      held.put(one.token(), one);
      pool.hold(one);
      claims.add(
          new Claim(
              one.token(),
              one.item(),
              ItemRecords.createdOf(one.record()),
              one.deliveries(),
              until));
    }
    if (claim.give(claims)) return;
    for (var one : mine.reversed()) { // its caller has gone
      held.remove(one.token());
      pool.drop(one);
      spare.addFirst(one);
    }
  }

  /// Makes records available again as if they had not been delivered: each is written anew with the
  /// count that it had, then ended.
  private void putBack(List<Held> records) {
    access.rewrite(records);
    for (var one : records) consumer.acknowledge(one.record(), AcknowledgeType.ACCEPT);
    commit();
  }

  /// One turn while records are held: does what was asked for, ends leases, renews locks.
  private void hold() {
    fetches.noteCount();
    awaitCommands();
    for (var command = asked.poll(); command != null; command = asked.poll()) {
      switch (command) {
        case MemberCommand.Settle settle -> settle(settle);
        case MemberCommand.Extend extend -> extend(extend);
        case MemberCommand.Wake wake -> {}
      }
    }
    var isLockLost = fetches.isLockOver();
    if (!spare.isEmpty() && !isLockLost) deal();
    var now = System.nanoTime();
    if (!spare.isEmpty() && (isLockLost || now - spareEndNanos >= 0)) endSpare();
    for (var one : List.copyOf(held.values())) {
      if (isLockLost || !one.isLive(now)) release(one);
    }
    var results = commit();
    // Before its caller hears that it can claim again, which would open another member otherwise.
    if (!isHolding() && !inbox.isStopped() && !fetches.isGoing()) pool.rests(inbox);
    servedNanos = now;
    answerSettled(results);
    if (!held.isEmpty() && now - fetches.renewNanos() >= 0) renew();
  }

  private void answerSettled(Map<TopicPartition, AckResult> results) {
    settled.forEach(
        (settle, partition) ->
            results
                .getOrDefault(partition, AckResult.unanswered())
                .answer(settle.answer(), access::unavailable));
    settled.clear();
  }

  private void awaitCommands() {
    var untilNanos = fetches.renewNanos();
    if (!spare.isEmpty() && spareEndNanos - untilNanos < 0) untilNanos = spareEndNanos;
    for (var one : held.values()) {
      if (one.leaseEndNanos() - untilNanos < 0) untilNanos = one.leaseEndNanos();
    }
    inbox.await(untilNanos - System.nanoTime(), asked);
  }

  /// The item of a claim that holds.
  private @Nullable Held live(String token) {
    var one = held.get(token);
    var now = System.nanoTime();
    return one != null && one.isLive(now) && !fetches.isLockOver() ? one : null;
  }

  private void settle(MemberCommand.Settle command) {
    var one = live(command.token());
    if (one == null) {
      command.answer().complete(false);
      return;
    }
    settled.put(command, one.partition());
    consumer.acknowledge(one.record(), command.type());
    drop(one);
  }

  private void extend(MemberCommand.Extend command) {
    var one = live(command.token());
    if (one != null) one.leaseUntil(System.nanoTime() + command.lease().toNanos());
    command.answer().complete(one != null);
  }

  private void release(Held one) {
    consumer.acknowledge(one.record(), AcknowledgeType.RELEASE);
    drop(one);
  }

  private void drop(Held one) {
    one.end();
    held.remove(one.token());
    pool.drop(one);
  }

  /// Sends what was acknowledged; the result of each partition, because the broker takes the
  /// acknowledgements of a partition together or not at all. None when no broker has answered.
  private Map<TopicPartition, AckResult> commit() {
    try {
      return AckResult.ofAll(consumer.commitSync(COMMIT_MAX));
    } catch (KafkaException failed) {
      pool.unanswered(failed);
      return Map.of();
    }
  }

  /// Renews all locks at once, because the client polls again only when every record has been
  /// acknowledged in some way; the poll brings the renewed records back and no others.
  private void renew() {
    if (!spare.isEmpty()) endSpare();
    var startNanos = System.nanoTime();
    for (var one : held.values()) consumer.acknowledge(one.record(), AcknowledgeType.RENEW);
    var results = commit();
    var open = new HashMap<TopicPartition, Map<Long, Held>>();
    for (var one : List.copyOf(held.values())) {
      if (results.getOrDefault(one.partition(), AckResult.unanswered()).isDone()) {
        open.computeIfAbsent(one.partition(), _ -> new HashMap<>()).put(one.record().offset(), one);
      } else {
        drop(one);
      }
    }
    awaitRenewed(open);
    fetches.lockedSince(startNanos);
  }

  private void awaitRenewed(Map<TopicPartition, Map<Long, Held>> open) {
    var endNanos = System.nanoTime() + SHORT_WAIT_MAX.toNanos();
    while (!open.isEmpty() && System.nanoTime() - endNanos < 0) {
      for (var record : consumer.poll(SLICE)) {
        var partition = new TopicPartition(record.topic(), record.partition());
        var ofPartition = open.get(partition);
        if (ofPartition == null) continue;
        ofPartition.remove(record.offset());
        if (ofPartition.isEmpty()) open.remove(partition);
      }
    }
    open.values().stream().map(Map::values).flatMap(Collection::stream).forEach(this::drop);
  }

  /// Releases what is held, answers what was asked, leaves the group.
  private void end(@Nullable RuntimeException failure) {
    try {
      if (failure == null) {
        for (var one : List.copyOf(held.values())) release(one);
        for (var one : spare) consumer.acknowledge(one.record(), AcknowledgeType.RELEASE);
        commit();
      }
    } catch (RuntimeException late) {
      if (failure == null) failure = late;
    }
    List.copyOf(held.values()).forEach(this::drop);
    answerSettled(Map.of());
    asked.forEach(command -> command.answer().complete(false));
    inbox.end();
    pool.ended(inbox, failure);
    try {
      consumer.close(SHORT_WAIT_MAX);
    } catch (RuntimeException failed) {
      pool.closedWith(failed);
    }
  }
}
