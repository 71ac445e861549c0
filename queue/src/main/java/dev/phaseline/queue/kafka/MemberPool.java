package dev.phaseline.queue.kafka;

import dev.phaseline.queue.Claim;
import dev.phaseline.queue.QueueClosedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The members of a queue's share group that one queue object has, and the claims that wait for
/// records, so that each record meets the claim that waits longest. Claims wait here, not at a
/// member: whichever member has records serves the first claim. A few members look on behalf of all
/// claims, each for as many records as they would take; a member with records holds them until they
/// have ended, and another one looks. The number of records that a member fetches is fixed, a power
/// of two, so one looks that fetches no more than is wanted.
///
/// Thread-safe: a lock guards claims and members; members call in from their own threads.
final class MemberPool implements MemberHome, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MemberPool.class);

  /// So many members look at once where each sees all records. One would do, but for the moment in
  /// which it hands out what it has found. More take the broker's time: each new record wakes all
  /// fetches that wait there.
  private static final int LOOKING_MAX = 2;

  /// A member fetches no more at once.
  private static final int SIZE_MAX = 1024;

  /// A claim whose member says nothing for so long after its end gets nothing.
  private static final Duration SILENT_MAX = Duration.ofSeconds(30);

  private static final long LOOK_NANOS = 1_000_000_000L;

  /// A member's thread, and the condition under which it waits for its turn to look.
  private record Seat(Thread thread, Condition turn) {}

  private final QueueAccess access;
  private final int membersMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final WaitingClaims waiting = new WaitingClaims();
  private final MemberRoster members;
  private final Map<Member, Seat> seats = new HashMap<>();
  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private boolean closed;

  /// @param membersMax at most so many members at once
  MemberPool(QueueAccess access, int membersMax) {
    this.access = access;
    this.membersMax = membersMax;
    this.members = new MemberRoster(membersMax);
  }

  /// As [dev.phaseline.queue.QueueStore#claim].
  List<Claim> claim(int max, Duration lease, Duration wait) throws InterruptedException {
    var request = new ClaimRequest(max, lease, System.nanoTime() + wait.toNanos());
    enqueue(request);
    try {
      return await(request);
    } catch (InterruptedException interrupted) {
      if (request.give(List.of())) locked(() -> waiting.remove(request));
      else giveBack(request);
      throw interrupted;
    } catch (RuntimeException gone) {
      request.give(List.of());
      locked(() -> waiting.remove(request));
      throw gone;
    }
  }

  /// Looks every second whether the queue is still there.
  private List<Claim> await(ClaimRequest request) throws InterruptedException {
    while (true) {
      var leftNanos = request.endNanos() - System.nanoTime();
      try {
        return request.await(leftNanos > 0 ? Math.min(leftNanos, LOOK_NANOS) : LOOK_NANOS);
      } catch (TimeoutException later) {
        access.requireExists();
        if (leftNanos > 0) continue;
        if (locked(() -> !members.isAttended() && waiting.remove(request))) return List.of();
        if (-leftNanos > SILENT_MAX.toNanos() && request.give(List.of())) {
          locked(() -> waiting.remove(request));
          return List.of();
        }
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

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }

  private void enqueue(ClaimRequest request) {
    locked(
        () -> {
          if (closed) throw new QueueClosedException(access.queue());
          waiting.add(request);
          members.stocked().forEach(Member::wake);
          dispatch();
        });
  }

  /// Sends members to look as long as claims wait for more records than they fetch. What is fetched
  /// beyond that would be locked without a claim.
  private void dispatch() {
    // Where there are several partitions, each has members of its own, and its records wait for
    // them: so each claim has a member look.
    var seesAll = access.partitions() == 1;
    while (!closed && members.looking() < (seesAll ? LOOKING_MAX : membersMax)) {
      var rest = waiting.after(members.coming());
      if (rest.wanted() == 0) return;
      var least = Integer.highestOneBit(rest.largest());
      var most = seesAll ? Integer.highestOneBit(Math.min(rest.wanted(), SIZE_MAX)) : least;
      var member = members.lookBy(least, most);
      if (member != null) {
        signal(member);
      } else {
        if (!members.makeRoom()) return;
        open(most);
      }
    }
  }

  private void signal(Member member) {
    var seat = seats.get(member);
    if (seat != null) seat.turn().signal();
  }

  private void open(int size) {
    var inbox = new MemberInbox(size);
    members.add(inbox);
    var name = "phaseline-queue-" + access.queue() + "-" + numbers.incrementAndGet();
    var thread = Thread.ofPlatform().daemon().name(name).unstarted(() -> run(inbox));
    seats.put(inbox, new Seat(thread, lock.newCondition()));
    thread.start();
  }

  private void run(MemberInbox inbox) {
    ShareMember member;
    try {
      var group = access.group();
      member = new ShareMember(this, access, group, inbox, access.consumer(inbox.size()));
    } catch (RuntimeException failed) {
      inbox.end();
      ended(inbox, failed);
      return;
    }
    member.run();
  }

  @Override
  public boolean awaitLook(Member member, Duration wait) {
    var leftNanos = wait.toNanos();
    lock.lock();
    try {
      rests(member);
      var seat = seats.get(member);
      while (seat != null && !members.isLooking(member)) {
        if (leftNanos <= 0 || closed || !members.contains(member)) return false;
        leftNanos = seat.turn().awaitNanos(leftNanos);
      }
      return seat != null;
    } catch (InterruptedException interrupted) { // a member's thread is ours alone
      throw new IllegalStateException("a member's thread was interrupted", interrupted);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void looks(Member member) {
    locked(() -> members.look(member));
  }

  @Override
  public void rests(Member member) {
    locked(
        () -> {
          members.rest(member);
          dispatch();
        });
  }

  @Override
  public List<ClaimRequest> deal(Member member, int records) {
    return locked(
        () -> {
          var taken = waiting.take(records);
          members.hold(member, records - taken.stream().mapToInt(ClaimRequest::max).sum());
          dispatch();
          return taken;
        });
  }

  @Override
  public boolean isWanted() {
    return locked(() -> !waiting.isEmpty());
  }

  @Override
  public long lastNumber() {
    return locked(waiting::lastNumber);
  }

  @Override
  public long firstNumber() {
    return locked(waiting::firstNumber);
  }

  @Override
  public void expire(long upTo) {
    locked(() -> waiting.expire(upTo));
  }

  @Override
  public long untilFirstEnd(long most) {
    return locked(() -> waiting.untilFirstEnd(most));
  }

  @Override
  public boolean retire(Member member) {
    return locked(
        () -> {
          if (members.isLooking(member) && !waiting.isEmpty() && !closed) return false;
          members.remove(member);
          return true;
        });
  }

  @Override
  public void ended(Member member, @Nullable RuntimeException failure) {
    if (failure != null) LOG.warn("a consumer of queue {} has ended", access.queue(), failure);
    locked(
        () -> {
          members.remove(member);
          seats.remove(member);
          // Claims relied on it, and another one would fail alike.
          if (failure != null) waiting.clear(claim -> claim.fail(access.unavailable(failure)));
          dispatch();
        });
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
  public long number() {
    return numbers.incrementAndGet();
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

  /// Number of items that are claimed here.
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
    locked(
        () -> {
          closed = true;
          waiting.clear(claim -> claim.give(List.of()));
          members.all().forEach(Member::stop);
          for (var seat : seats.values()) {
            ending.add(seat.thread());
            seat.turn().signal();
          }
        });
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
