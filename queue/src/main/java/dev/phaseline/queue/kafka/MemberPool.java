package dev.phaseline.queue.kafka;

import dev.phaseline.queue.Claim;
import dev.phaseline.queue.QueueClosedException;
import dev.phaseline.queue.QueueUnavailableException;
import dev.phaseline.topics.ShareGroupSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The members of a queue's share group that one queue object has, and the claims that wait for
/// them. A member is made when a claim finds none free, up to a limit; the number of records that
/// it fetches is fixed, a power of two, so a claim gets one that fetches no more than it asked for.
///
/// Thread-safe: a lock guards claims and members; members call in from their own threads.
final class MemberPool implements MemberHome, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MemberPool.class);

  /// A claim whose member says nothing for so long after its end gets nothing.
  private static final Duration SILENT_MAX = Duration.ofSeconds(30);

  private static final long LOOK_NANOS = 1_000_000_000L;

  private final QueueAccess access;
  private final int membersMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Integer, Deque<ClaimRequest>> waiting = new HashMap<>();
  private final Set<Member> members = new HashSet<>();
  private final Set<Member> free = new HashSet<>();
  private final Map<Member, Thread> threads = new HashMap<>();
  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private boolean closed;

  /// @param membersMax at most so many members at once
  MemberPool(QueueAccess access, int membersMax) {
    this.access = access;
    this.membersMax = membersMax;
  }

  /// As [dev.phaseline.queue.QueueStore#claim].
  List<Claim> claim(int max, Duration lease, Duration wait) throws InterruptedException {
    var endNanos = System.nanoTime() + wait.toNanos();
    var request = new ClaimRequest(max, lease, endNanos);
    var size = Integer.highestOneBit(max);
    enqueue(size, request);
    try {
      return await(size, request);
    } catch (InterruptedException interrupted) {
      if (request.give(List.of())) withdraw(size, request);
      else giveBack(request);
      throw interrupted;
    } catch (RuntimeException gone) {
      request.give(List.of());
      withdraw(size, request);
      throw gone;
    }
  }

  /// Looks every second whether the queue is still there.
  private List<Claim> await(int size, ClaimRequest request) throws InterruptedException {
    while (true) {
      var leftNanos = request.endNanos() - System.nanoTime();
      try {
        return request.await(leftNanos > 0 ? Math.min(leftNanos, LOOK_NANOS) : LOOK_NANOS);
      } catch (TimeoutException later) {
        access.requireExists();
        if (leftNanos > 0) continue;
        if (withdraw(size, request)) return List.of();
        if (-leftNanos > SILENT_MAX.toNanos() && request.give(List.of())) return List.of();
      }
    }
  }

  private void giveBack(ClaimRequest request) throws InterruptedException {
    try {
      for (var claim : request.await(0)) {
        var one = held.get(claim.token());
        if (one != null) access.putBack(one);
      }
    } catch (TimeoutException | RuntimeException none) {
      // it failed: there is nothing to give back
    }
  }

  private void enqueue(int size, ClaimRequest request) {
    lock.lock();
    try {
      if (closed) throw new QueueClosedException(access.queue());
      var queue = waiting.computeIfAbsent(size, _ -> new ArrayDeque<>());
      var mayServe = free.stream().filter(member -> member.size() == size).count();
      if (mayServe > queue.size() || !addMember(size, request)) {
        queue.add(request);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /// A member for this request, if there may be one more.
  private boolean addMember(int size, ClaimRequest request) {
    if (members.size() >= membersMax) {
      var other = free.stream().filter(member -> !isWanted(member.size())).findFirst();
      if (other.isEmpty()) return false;
      free.remove(other.get());
      members.remove(other.get());
      other.get().stop();
    }
    var member = new ShareMember(this, access.consumer(size), size, request);
    members.add(member);
    var name = "phaseline-queue-" + access.queue() + "-" + numbers.incrementAndGet();
    threads.put(member, Thread.ofPlatform().daemon().name(name).start(member));
    return true;
  }

  private boolean isWanted(int size) {
    var queue = waiting.get(size);
    return queue != null && !queue.isEmpty();
  }

  /// Takes a request back that no member has taken.
  private boolean withdraw(int size, ClaimRequest request) {
    lock.lock();
    try {
      var queue = waiting.get(size);
      return queue != null && queue.remove(request);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void free(Member member) {
    lock.lock();
    try {
      if (members.contains(member)) free.add(member);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable ClaimRequest next(Member member, Duration wait) {
    var leftNanos = wait.toNanos();
    lock.lock();
    try {
      if (members.contains(member)) free.add(member);
      while (true) {
        var queue = waiting.get(member.size());
        var request = queue == null ? null : queue.poll();
        if (request != null && request.isAnswered()) continue;
        if (request != null) {
          free.remove(member);
          return request;
        }
        if (leftNanos <= 0 || closed || !members.contains(member)) return null;
        leftNanos = changed.awaitNanos(leftNanos);
      }
    } catch (InterruptedException interrupted) { // a member's thread is ours alone
      throw new IllegalStateException("a member's thread was interrupted", interrupted);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean retire(Member member) {
    lock.lock();
    try {
      if (isWanted(member.size()) && !closed && members.contains(member)) return false;
      members.remove(member);
      free.remove(member);
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void ended(Member member, @Nullable RuntimeException failure) {
    if (failure != null) LOG.warn("a consumer of queue {} has ended", access.queue(), failure);
    lock.lock();
    try {
      members.remove(member);
      free.remove(member);
      threads.remove(member);
      var queue = waiting.get(member.size());
      if (failure == null || queue == null) return;
      queue.forEach(request -> request.fail(unavailable(failure))); // they may have relied on it
      queue.clear();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void unanswered(RuntimeException failure) {
    LOG.warn("no broker has answered a consumer of queue {}", access.queue(), failure);
  }

  @Override
  public void closedWith(RuntimeException failure) {
    LOG.debug("a consumer of queue {} was not closed in order", access.queue(), failure);
  }

  @Override
  public QueueUnavailableException unavailable(RuntimeException failure) {
    return access.unavailable(failure);
  }

  @Override
  public String queue() {
    return access.queue();
  }

  @Override
  public String topic() {
    return access.topic();
  }

  @Override
  public Instant now() {
    return access.now();
  }

  @Override
  public int leaders() {
    return access.leaders();
  }

  @Override
  public int partitions() {
    return access.partitions();
  }

  @Override
  public ShareGroupSettings group() {
    return access.group();
  }

  @Override
  public long number() {
    return numbers.incrementAndGet();
  }

  @Override
  public void rewrite(List<Held> records) {
    access.rewrite(records);
  }

  @Override
  public void hold(Held one) {
    held.put(one.token(), one);
  }

  @Override
  public void drop(Held one) {
    held.remove(one.token());
  }

  /// A held item by its claim's token; null when the claim has ended.
  @Nullable Held find(String token) {
    return held.get(token);
  }

  /// How many items are claimed here.
  int claimed() {
    return held.size();
  }

  List<Held> allHeld() {
    return List.copyOf(held.values());
  }

  /// Ends all members: what they hold is available again. Idempotent.
  @Override
  public void close() {
    var ending = new ArrayList<Thread>();
    lock.lock();
    try {
      closed = true;
      waiting.values().forEach(queue -> queue.forEach(request -> request.give(List.of())));
      waiting.clear();
      members.forEach(Member::stop);
      ending.addAll(threads.values());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    ending.forEach(MemberPool::join);
  }

  private static void join(Thread thread) {
    try {
      thread.join(SILENT_MAX);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt(); // the others are waited for no longer
    }
  }
}
