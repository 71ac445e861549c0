package dev.phaseline.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.queue.JobQueue;
import dev.phaseline.queue.LeaseLostException;
import dev.phaseline.queue.NewItem;
import dev.phaseline.queue.QueueClosedException;
import dev.phaseline.queue.QueueItem;
import dev.phaseline.queue.QueueOptions;
import dev.phaseline.queue.UnknownQueueException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/// The contract of queues, the same for every storage: a subclass names the storage, and all tests
/// of its superclasses run on it. Here: several threads at once.
abstract class QueueContract extends EndContract {
  /// Tests with many consumers do not run beside each other, where a class runs its tests at once.
  private static final String MANY = "many consumers";

  private static final int CONSUMERS = 8;
  private static final int ITEMS = 200;
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final long BOUND_SECONDS = 60;

  @Test
  void aWaitingClaimGetsAnItemThatComes() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = threads.submit(() -> queue.claim(1, LONG, Duration.ofSeconds(30)));
      open().createItem("a");
      assertThat(result(waiting)).extracting(QueueItem::data).containsExactly("a");
    }
  }

  @Test
  void aWaitingClaimGetsAnItemThatIsReleased() throws Exception {
    queue.createItem("a");
    var item = claimed(queue, LONG);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var other = open();
      var waiting = threads.submit(() -> other.claim(1, LONG, Duration.ofSeconds(30)));
      queue.release(item);
      assertThat(result(waiting)).extracting(QueueItem::deliveries).containsExactly(2);
    }
  }

  @Test
  void aWaitingClaimGetsAnItemWhoseLeaseEnds() throws Exception {
    queue.createItem("a");
    claimed(queue);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var other = open();
      var waiting = threads.submit(() -> other.claim(1, LONG, Duration.ofSeconds(30)));
      pass(lease());
      assertThat(result(waiting)).extracting(QueueItem::deliveries).containsExactly(2);
    }
  }

  @Test
  void aWaitEndsWithNothingWhenItsTimeIsOver() throws Exception {
    var startNanos = System.nanoTime();
    assertThat(queue.claim(1, LONG, Duration.ofMillis(150))).isEmpty();
    assertThat(System.nanoTime() - startNanos).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(149));
  }

  @Test
  void anInterruptEndsAWait() throws Exception {
    var interrupted =
        aside(
            () -> {
              Thread.currentThread().interrupt();
              return queue.claim(1, LONG, Duration.ofMinutes(4));
            });
    assertThatThrownBy(() -> result(interrupted)).hasCauseInstanceOf(InterruptedException.class);
    queue.createItem("a");
    assertThat(claimed(queue).deliveries()).isEqualTo(1);
  }

  @Test
  void closingEndsAWait() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = threads.submit(() -> queue.claim(1, LONG, Duration.ofMinutes(4)));
      queue.close();
      assertThatThrownBy(() -> result(waiting)).hasCauseInstanceOf(QueueClosedException.class);
    }
  }

  @Test
  void deletingTheQueueEndsAWait() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = threads.submit(() -> queue.claim(1, LONG, Duration.ofMinutes(4)));
      open().deleteQueue();
      assertThatThrownBy(() -> result(waiting)).hasCauseInstanceOf(UnknownQueueException.class);
    }
  }

  @Test
  @ResourceLock(MANY)
  void manyConsumersGetEachItemOnce() throws Exception {
    queue.createItems(numbered(ITEMS));
    var seen = ConcurrentHashMap.<String>newKeySet();
    var twice = ConcurrentHashMap.<String>newKeySet();
    atOnce(
        consumer -> {
          while (seen.size() < ITEMS) {
            for (var item : consumer.claim(7, LONG, Duration.ofMillis(100))) {
              if (!seen.add(item.data())) twice.add(item.data());
              consumer.delete(item);
            }
          }
        });
    assertThat(twice).isEmpty();
    assertThat(seen).hasSize(ITEMS);
    assertThat(queue.count().total()).isZero();
  }

  @Test
  @ResourceLock(MANY)
  void itemsCreatedWhileOthersClaimAreAllHandedOut() throws Exception {
    var seen = ConcurrentHashMap.<String>newKeySet();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var producers =
          IntStream.range(0, 4)
              .mapToObj(
                  p ->
                      threads.submit(
                          () -> {
                            var mine = open();
                            for (var i = 0; i < ITEMS / 4; i++) mine.createItem(p + ":" + i);
                            return p;
                          }))
              .toList();
      atOnce(
          consumer -> {
            while (seen.size() < ITEMS) {
              for (var item : consumer.claim(5, LONG, Duration.ofMillis(100))) {
                seen.add(item.data());
                consumer.delete(item);
              }
            }
          });
      for (var producer : producers) result(producer);
    }
    assertThat(seen).hasSize(ITEMS);
    nothingIn(queue);
  }

  /// Consumers that forget items, release them, put them back and delete them, as chance has it:
  /// nothing is lost, and no item is held by two at once.
  @Test
  @ResourceLock(MANY)
  void nothingIsLostWhateverConsumersDo() throws Exception {
    var seed = new Random().nextLong();
    System.out.println(getClass().getSimpleName() + " seed " + seed);
    var patient = QueueOptions.DEFAULT.withDeliveriesMax(1_000);
    queue.createItems(numbered(ITEMS));
    var deleted = ConcurrentHashMap.<String>newKeySet();
    Map<String, Instant> heldUntil = new ConcurrentHashMap<>();
    Set<String> heldByTwo = ConcurrentHashMap.newKeySet();
    var consumers = new ArrayList<JobQueue<String>>();
    for (var i = 0; i < CONSUMERS; i++) consumers.add(open(patient));
    for (var round = 0; deleted.size() < ITEMS; round++) {
      assertThat(round).as("rounds").isLessThan(60);
      var number = round;
      inParallel(
          consumers,
          (consumer, index) -> {
            var chance = new Random(seed + 1_000L * number + index);
            for (var item : consumer.claim(20, lease(), quiet())) {
              var claimed = item.leaseUntil().minus(lease());
              var before = heldUntil.put(item.data(), item.leaseUntil());
              if (before != null && before.isAfter(claimed)) heldByTwo.add(item.data());
              var end = chance.nextInt(4);
              if (end == 3) continue; // it is held until its lease ends
              heldUntil.remove(item.data(), item.leaseUntil());
              if (ends(consumer, item, end)) deleted.add(item.data());
            }
          });
      heldUntil.clear();
      pass(lease());
    }
    assertThat(heldByTwo).as("seed %s", seed).isEmpty();
    assertThat(deleted).hasSize(ITEMS);
    nothingIn(queue);
    assertThat(dead(name)).isEmpty();
  }

  /// Whether it deletes the item. On a clock that goes on by itself, a lease may end before.
  private boolean ends(JobQueue<String> consumer, QueueItem<String> item, int end) {
    try {
      switch (end) {
        case 0 -> consumer.delete(item);
        case 1 -> consumer.release(item);
        default -> consumer.putBack(item, Duration.ZERO);
      }
      return end == 0;
    } catch (LeaseLostException late) {
      if (!clockGoesOn()) throw late;
      return false;
    }
  }

  @Test
  void ofTwoWhoDeleteAtOnceOneIsTold() throws Exception {
    queue.createItem("a");
    var item = claimed(queue, LONG);
    var lost = ConcurrentHashMap.<Integer>newKeySet();
    inParallel(
        Collections.nCopies(CONSUMERS, queue),
        (same, index) -> {
          try {
            same.delete(item);
          } catch (LeaseLostException told) {
            lost.add(index);
          }
        });
    assertThat(lost).hasSize(CONSUMERS - 1);
  }

  private static List<NewItem<String>> numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> NewItem.of("item " + i)).toList();
  }

  /// Loop of a consumer.
  private interface Consumption {
    void by(JobQueue<String> consumer) throws Exception;
  }

  /// Loop of a consumer that has a number.
  private interface NumberedConsumption {
    void by(JobQueue<String> consumer, int index) throws Exception;
  }

  private void atOnce(Consumption consumption) throws Exception {
    var consumers = new ArrayList<JobQueue<String>>();
    for (var i = 0; i < CONSUMERS; i++) consumers.add(open());
    inParallel(consumers, (consumer, index) -> consumption.by(consumer));
  }

  private static void inParallel(List<JobQueue<String>> consumers, NumberedConsumption consumption)
      throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<?>>();
      for (var i = 0; i < consumers.size(); i++) {
        var index = i;
        all.add(
            threads.submit(
                () -> {
                  consumption.by(consumers.get(index), index);
                  return index;
                }));
      }
      for (var one : all) result(one);
    }
  }

  /// The result of a call on a thread of its own, which ends with it.
  private static <T> Future<T> aside(Callable<T> call) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      return threads.submit(call);
    }
  }

  private static <T> T result(Future<T> future) throws Exception {
    return future.get(BOUND_SECONDS, TimeUnit.SECONDS);
  }
}
