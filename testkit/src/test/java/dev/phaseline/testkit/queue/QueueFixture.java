package dev.phaseline.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.queue.DeadItem;
import dev.phaseline.queue.JobQueue;
import dev.phaseline.queue.QueueItem;
import dev.phaseline.queue.QueueOptions;
import dev.phaseline.queue.Queues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// Storage under test, and queues with names of their own: what an implementation gives to
/// [QueueContract], and the words in which its tests speak.
abstract class QueueFixture {
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final List<Queues> connections = new ArrayList<>();

  /// The queue of a test: created, empty.
  protected JobQueue<String> queue;

  protected String name;

  /// Whether the storage's clock runs by itself, so that a lease may end while nothing is passed.
  protected boolean clockGoesOn() {
    return false;
  }

  /// The lease of tests that wait for its end. On a storage whose clock runs by itself: short, but
  /// long enough for a few operations on a busy machine.
  protected Duration lease() {
    return Duration.ofMinutes(1);
  }

  /// Makes that much time pass on the storage's clock; on one that runs by itself, returns when it
  /// has.
  protected abstract void pass(Duration time) throws InterruptedException;

  /// A connection of its own to the same storage, as another process would have it.
  protected abstract Queues connect();

  /// The dead letters of a queue, oldest first.
  protected abstract List<DeadItem> dead(String queueName);

  /// The time, in real time, that a claim may need to get an item that is there.
  protected Duration patience() {
    return Duration.ZERO;
  }

  /// The time, in real time, of a look after which no item counts as none.
  protected Duration quiet() {
    return Duration.ZERO;
  }

  /// Whether items that are claimed one after the other come in the order of their creation.
  protected boolean keepsOrder() {
    return true;
  }

  @BeforeEach
  final void createQueue() {
    name = "q" + NAMES.incrementAndGet() + "-" + ProcessHandle.current().pid();
    queue = open();
    queue.create();
  }

  @AfterEach
  final void closeConnections() {
    connections.forEach(Queues::close);
  }

  /// A connection that is closed after the test.
  protected final Queues connection() {
    var queues = connect();
    connections.add(queues);
    return queues;
  }

  /// The test's queue as a further consumer sees it.
  protected final JobQueue<String> open() {
    return open(Codec.text());
  }

  protected final <T> JobQueue<T> open(Codec<T> codec) {
    return connection().open(name, codec);
  }

  protected final JobQueue<String> open(QueueOptions options) {
    return connection().open(name, Codec.text(), options);
  }

  /// An item that must be there.
  protected final <T> QueueItem<T> claimed(JobQueue<T> from) throws InterruptedException {
    return claimed(from, lease());
  }

  protected final <T> QueueItem<T> claimed(JobQueue<T> from, Duration lease)
      throws InterruptedException {
    var items = from.claim(1, lease, patience());
    assertThat(items).as("items of " + from.name()).hasSize(1);
    return items.getFirst();
  }

  /// So many items that must be there, in one claim or several.
  protected final <T> List<QueueItem<T>> claimed(JobQueue<T> from, int count)
      throws InterruptedException {
    var items = new ArrayList<QueueItem<T>>();
    while (items.size() < count) {
      var more = from.claim(count - items.size(), Duration.ofMinutes(10), patience());
      assertThat(more).as("after %s items of %s", items.size(), count).isNotEmpty();
      items.addAll(more);
    }
    return items;
  }

  protected final void nothingIn(JobQueue<?> from) throws InterruptedException {
    assertThat(from.claim(10, lease(), quiet())).as("items of " + from.name()).isEmpty();
  }
}
