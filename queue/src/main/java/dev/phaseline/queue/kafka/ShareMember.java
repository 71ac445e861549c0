package dev.phaseline.queue.kafka;

import dev.phaseline.queue.Claim;
import dev.phaseline.queue.QueueClosedException;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// One member of a queue's share group: a share consumer and the thread that owns it.
///
/// Kafka's client hands out no further records while one of the last batch is unfinished (renewed
/// ones count as unfinished). So a member serves one claim after the other: it fetches no more than
/// the claim asked for, keeps the records until each has ended, and then serves the next.
///
/// The broker's lock and the lease are two things: the member renews the lock while a lease goes
/// on, and releases the record when the lease ends before the lock. When its process dies, the
/// broker releases its records as soon as the connection is gone. [#run()] is the thread's program.
final class ShareMember implements Member, Runnable {
  /// A poll returns after so long, so that the thread sees what else there is to do. Each one asks
  /// for another fetch, which may go on when there are records already: so it is not short.
  private static final Duration SLICE = Duration.ofMillis(500);

  /// The last polls of a claim whose time is over and that waits for a broker's answer.
  private static final Duration LAST_SLICE = Duration.ofMillis(100);

  /// While idle, a member looks so often whether a fetch goes on all the same.
  private static final Duration IDLE_LOOK = Duration.ofMillis(250);

  /// Records for which there is no claim any more wait so long for another one.
  private static final Duration SPARE_WAIT = Duration.ofSeconds(1);

  /// A member that does nothing leaves the group after that.
  private static final Duration IDLE_MAX = Duration.ofSeconds(30);

  /// With several partitions it has some for itself alone, whose items wait while it does nothing.
  private static final Duration IDLE_ALONE_MAX = Duration.ofMillis(200);

  /// Its first look has so long, whatever its claim said: it has to join first.
  private static final Duration JOIN_MAX = Duration.ofSeconds(20);

  private static final Duration COMMIT_MAX = Duration.ofSeconds(15);
  private static final Duration SHORT_WAIT_MAX = Duration.ofSeconds(5);

  private final MemberHome pool;
  private final KafkaShareConsumer<byte[], byte[]> consumer;
  private final ShareFetches fetches;
  private final int size;
  private final LinkedBlockingQueue<MemberCommand> commands = new LinkedBlockingQueue<>();
  private final Map<String, Held> held = new LinkedHashMap<>();
  private final Deque<MemberCommand> asked = new ArrayDeque<>();
  private final IdentityHashMap<MemberCommand.Settle, TopicPartition> settled =
      new IdentityHashMap<>();
  private @Nullable ClaimRequest request;
  private long servedNanos = System.nanoTime();
  private volatile boolean stopped;

  /// @param request the first claim to serve
  ShareMember(
      MemberHome pool,
      KafkaShareConsumer<byte[], byte[]> consumer,
      int size,
      @Nullable ClaimRequest request) {
    this.pool = pool;
    this.consumer = consumer;
    this.fetches = new ShareFetches(consumer, pool.group().lock());
    this.size = size;
    this.request = request;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public CompletableFuture<Boolean> settle(String token, AcknowledgeType type) {
    return put(new MemberCommand.Settle(token, type, new CompletableFuture<>()));
  }

  @Override
  public CompletableFuture<Boolean> extend(String token, Duration lease) {
    return put(new MemberCommand.Extend(token, lease, new CompletableFuture<>()));
  }

  private CompletableFuture<Boolean> put(MemberCommand command) {
    commands.add(command);
    if (stopped) refuseCommands(); // the thread may have looked for the last time
    return command.answer();
  }

  @Override
  public void stop() {
    stopped = true;
    fetches.wake();
    commands.add(new MemberCommand.Wake(new CompletableFuture<>()));
  }

  @Override
  public void run() {
    RuntimeException failure = null;
    try {
      consumer.subscribe(List.of(pool.topic()));
      while (!stopped) turn();
    } catch (RuntimeException failed) {
      failure = failed;
    }
    stopped = true;
    end(failure);
  }

  private void turn() {
    if (!held.isEmpty()) {
      hold();
      return;
    }
    var next = request == null ? pool.next(this, idleWait()) : request;
    request = null;
    if (next != null) serve(next);
    else if (fetches.isGoing()) takeSpare();
    else if (isIdleTooLong()) stopped = pool.retire(this);
  }

  private Duration idleWait() {
    if (fetches.isGoing()) return Duration.ZERO;
    var max = idleMax();
    return max.compareTo(IDLE_LOOK) < 0 ? max : IDLE_LOOK;
  }

  private Duration idleMax() {
    return pool.partitions() == 1 ? IDLE_MAX : IDLE_ALONE_MAX;
  }

  private boolean isIdleTooLong() {
    return System.nanoTime() - servedNanos >= idleMax().toNanos();
  }

  /// Waits for records, for as long as the claim does; one that does not wait has each broker asked
  /// once.
  private void serve(ClaimRequest claim) {
    var startNanos = System.nanoTime();
    var looksMin = fetches.count() + (fetches.isGoing() ? 1 : 0) + pool.leaders();
    request = claim; // so that it is answered if this thread ends
    while (!stopped && !claim.isAnswered()) {
      var now = System.nanoTime();
      var leftNanos = claim.endNanos() - now;
      var looked = fetches.count() >= looksMin || now - startNanos > JOIN_MAX.toNanos();
      if (leftNanos <= 0 && looked) {
        claim.give(List.of());
        break;
      }
      var slice =
          leftNanos <= 0 ? LAST_SLICE : Duration.ofNanos(Math.min(leftNanos, SLICE.toNanos()));
      var arrived = fetch(slice);
      if (arrived.isEmpty()) continue;
      hand(arrived, claim);
      break;
    }
    if (claim.isAnswered()) request = null;
    servedNanos = System.nanoTime();
  }

  /// A fetch goes on at the broker when its claim is over, and what it brings is this member's. It
  /// is kept a moment for another claim, and then put back.
  private void takeSpare() {
    var arrived = fetch(SLICE);
    var next = arrived.isEmpty() ? null : pool.next(this, SPARE_WAIT);
    if (next != null) hand(arrived, next);
    else if (!arrived.isEmpty()) putBack(arrived);
    else if (isIdleTooLong()) stopped = pool.retire(this);
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
      var one = new Held(this, record, pool.number());
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
    return record.deliveryCount().orElse((short) 1) > Math.max(1, pool.group().deliveriesMax() / 2);
  }

  private void hand(List<Held> arrived, ClaimRequest claim) {
    var endNanos = System.nanoTime() + claim.lease().toNanos();
    var until = pool.now().plus(claim.lease());
    var claims = new ArrayList<Claim>();
    for (var one : arrived) {
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
    arrived.forEach(this::drop);
    putBack(arrived); // its caller has gone
  }

  /// Makes records available again as if they had not been delivered: each is written anew with the
  /// count that it had, then ended.
  private void putBack(List<Held> records) {
    pool.rewrite(records);
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
    var now = System.nanoTime();
    var isLockLost = now - fetches.lockEndNanos() >= 0;
    for (var one : List.copyOf(held.values())) {
      if (isLockLost || !one.isLive(now)) release(one);
    }
    var results = commit();
    // Before its caller hears that it can claim again, which would open another member otherwise.
    if (held.isEmpty() && !stopped) pool.free(this);
    servedNanos = now;
    answerSettled(results);
    if (!held.isEmpty() && now - fetches.renewNanos() >= 0) renew();
  }

  private void answerSettled(Map<TopicPartition, AckResult> results) {
    settled.forEach(
        (settle, partition) ->
            results
                .getOrDefault(partition, AckResult.unanswered())
                .answer(settle.answer(), pool::unavailable));
    settled.clear();
  }

  private void awaitCommands() {
    var untilNanos = fetches.renewNanos();
    for (var one : held.values()) {
      if (one.leaseEndNanos() - untilNanos < 0) untilNanos = one.leaseEndNanos();
    }
    try {
      var first = commands.poll(Math.max(0, untilNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (first != null) asked.add(first);
    } catch (InterruptedException interrupted) { // this thread is ours alone
      throw new IllegalStateException("a member's thread was interrupted", interrupted);
    }
    commands.drainTo(asked);
  }

  /// The item of a claim that holds.
  private @Nullable Held live(String token) {
    var one = held.get(token);
    var now = System.nanoTime();
    return one != null && one.isLive(now) && now - fetches.lockEndNanos() < 0 ? one : null;
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
        commit();
      }
    } catch (RuntimeException late) {
      if (failure == null) failure = late;
    }
    List.copyOf(held.values()).forEach(this::drop);
    var open = request;
    if (open != null) {
      open.fail(
          failure == null ? new QueueClosedException(pool.queue()) : pool.unavailable(failure));
    }
    answerSettled(Map.of());
    commands.addAll(asked);
    refuseCommands();
    pool.ended(this, failure);
    try {
      consumer.close(SHORT_WAIT_MAX);
    } catch (RuntimeException failed) {
      pool.closedWith(failed);
    }
  }

  /// What was asked of a member that has ended: its claims have ended too.
  private void refuseCommands() {
    MemberCommand command;
    while ((command = commands.poll()) != null) command.answer().complete(false);
  }
}
