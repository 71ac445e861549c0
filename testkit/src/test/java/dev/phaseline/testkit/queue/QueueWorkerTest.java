package dev.phaseline.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DeadKind;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.RetryPolicy;
import dev.phaseline.queue.DeadItem;
import dev.phaseline.queue.ItemOptions;
import dev.phaseline.queue.JobQueue;
import dev.phaseline.queue.NewItem;
import dev.phaseline.queue.QueueItem;
import dev.phaseline.queue.QueueOptions;
import dev.phaseline.queue.QueueUnavailableException;
import dev.phaseline.queue.Queues;
import dev.phaseline.queue.UnknownQueueException;
import dev.phaseline.queue.worker.DelayedRequeueException;
import dev.phaseline.queue.worker.QueueHandler;
import dev.phaseline.queue.worker.QueueMeters;
import dev.phaseline.queue.worker.QueueWorker;
import dev.phaseline.queue.worker.QueueWorkerOptions;
import dev.phaseline.queue.worker.RequeueException;
import dev.phaseline.queue.worker.SuspendQueueException;
import dev.phaseline.queue.worker.WorkReport;
import dev.phaseline.queue.worker.WorkReport.End;
import dev.phaseline.testkit.ManualClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The results of a worker's handlers, returned and thrown, on queues in memory.
final class QueueWorkerTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final QueueWorkerOptions AT_ONCE =
      QueueWorkerOptions.DEFAULT
          .withIdle(Duration.ZERO)
          .withRetry(
              RetryPolicy.DEFAULT.withDelays(Duration.ofSeconds(10), Duration.ofSeconds(10)));

  private final ManualClock clock = ManualClock.at("2026-01-01T00:00:00Z");
  private final MemoryQueueStorage storage = MemoryQueueStorage.on(clock);
  private final JobQueue<String> queue = queue(QueueOptions.DEFAULT);
  private final ConcurrentLinkedQueue<String> handled = new ConcurrentLinkedQueue<>();

  private JobQueue<String> queue(QueueOptions options) {
    var opened = Queues.over(storage).open("work", Codec.text(), options);
    opened.create();
    return opened;
  }

  private void create(int count) {
    queue.createItems(IntStream.range(0, count).mapToObj(i -> NewItem.of("item " + i)).toList());
  }

  private WorkReport work(QueueHandler<String> handler) throws InterruptedException {
    return QueueWorker.of(queue, handler, AT_ONCE).runFor(LONG);
  }

  private void note(QueueItem<String> item) {
    handled.add(item.data() + " #" + item.deliveries());
  }

  private DeadItem onlyLetter() {
    assertThat(storage.dead("work")).hasSize(1);
    return storage.dead("work").getFirst();
  }

  @Test
  void allItemsAreHandledAndDeleted() throws Exception {
    create(3);
    var report = work(this::note);
    assertThat(handled).containsExactly("item 0 #1", "item 1 #1", "item 2 #1");
    assertThat(report).isEqualTo(new WorkReport(End.EMPTY, 3, 0, 0, 0, 0, 0));
    assertThat(queue.count().total()).isZero();
  }

  @Test
  void aRunEndsWhenItsTimeIsOver() throws Exception {
    create(1);
    var worker =
        QueueWorker.of(
            queue,
            item -> {
              note(item);
              queue.createItem("next");
            },
            AT_ONCE);
    var report = worker.runFor(Duration.ofMillis(100));
    assertThat(report.end()).isEqualTo(End.TIME_OVER);
    assertThat(report.done()).isEqualTo(handled.size());
    assertThat(queue.count().total()).isEqualTo(1);
  }

  @Test
  void handlersRunAtOnceUpToTheConcurrency() throws Exception {
    create(12);
    var four = new CyclicBarrier(4);
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    var options = AT_ONCE.withConcurrency(4);
    var report =
        QueueWorker.of(
                queue,
                item -> {
                  most.accumulateAndGet(now.incrementAndGet(), Math::max);
                  four.await(20, TimeUnit.SECONDS);
                  now.decrementAndGet();
                },
                options)
            .runFor(LONG);
    assertThat(report.done()).isEqualTo(12);
    assertThat(most).hasValue(4);
  }

  @Test
  void anItemThatFailsComesBackAfterABackoff() throws Exception {
    create(1);
    var report =
        work(
            item -> {
              note(item);
              throw new IllegalStateException("not today");
            });
    assertThat(report).isEqualTo(new WorkReport(End.EMPTY, 0, 0, 1, 0, 0, 0));
    assertThat(queue.count().delayed()).isEqualTo(1);
    clock.advance(Duration.ofSeconds(10));
    assertThat(work(this::note).done()).isEqualTo(1);
    assertThat(handled).containsExactly("item 0 #1", "item 0 #2");
  }

  @Test
  void aRequeuedItemIsThereAtOnceAndItsDeliveryDoesNotCount() throws Exception {
    create(1);
    var report =
        work(
            item -> {
              note(item);
              if (handled.size() < 8) throw new RequeueException("not yet");
            });
    assertThat(report).isEqualTo(new WorkReport(End.EMPTY, 1, 7, 0, 0, 0, 0));
    assertThat(handled).containsOnly("item 0 #1");
  }

  @Test
  void anItemRequeuedWithADelayIsThereLater() throws Exception {
    create(2);
    var report =
        work(
            item -> {
              note(item);
              if (item.data().equals("item 0")) {
                throw new CompletionException(
                    new DelayedRequeueException(Duration.ofHours(1), "at night"));
              }
            });
    assertThat(report).isEqualTo(new WorkReport(End.EMPTY, 1, 1, 0, 0, 0, 0));
    clock.advance(Duration.ofHours(1));
    work(this::note);
    assertThat(handled).containsExactly("item 0 #1", "item 1 #1", "item 0 #1");
  }

  @Test
  void aSuspensionEndsARunAndCountsNoDelivery() throws Exception {
    create(3);
    for (var run = 0; run < 2 * QueueOptions.DEFAULT.deliveriesMax(); run++) {
      var report =
          work(
              item -> {
                note(item);
                throw new SuspendQueueException("the shop is closed");
              });
      assertThat(report).isEqualTo(new WorkReport(End.SUSPENDED, 0, 1, 0, 0, 0, 0));
    }
    assertThat(handled).containsOnly("item 0 #1");
    assertThat(queue.count().available()).isEqualTo(3);
  }

  @Test
  void aRunWithoutEndGoesOnAfterASuspension() throws Exception {
    create(2);
    var workers = new QueueWorker<?>[1];
    var worker =
        QueueWorker.of(
            queue,
            item -> {
              note(item);
              if (handled.size() == 1) {
                throw new SuspendQueueException(Duration.ofMillis(20), "a short break");
              }
              if (handled.size() == 3) workers[0].stop();
            },
            AT_ONCE);
    workers[0] = worker;
    assertThat(worker.run()).isEqualTo(new WorkReport(End.STOPPED, 2, 1, 0, 0, 0, 0));
  }

  @Test
  void aDependencyThatIsDownSuspendsTheQueue() throws Exception {
    create(2);
    var report =
        work(
            item -> {
              throw new DependencyDownException("no database");
            });
    assertThat(report.end()).isEqualTo(End.SUSPENDED);
    assertThat(storage.dead("work")).isEmpty();
  }

  @Test
  void anItemThatFailsInEachDeliveryIsADeadLetterInTheWordsOfItsFailure() throws Exception {
    queue.createItem("bad", ItemOptions.DEFAULT.withId("bad-1"));
    for (var delivery = 1; delivery <= 5; delivery++) {
      work(
          item -> {
            note(item);
            throw new IllegalStateException("no such customer");
          });
      clock.advance(Duration.ofSeconds(10));
    }
    assertThat(handled).hasSize(5);
    assertThat(queue.count().total()).isZero();
    var letter = onlyLetter();
    assertThat(letter.item().id()).isEqualTo("bad-1");
    assertThat(letter.deliveries()).isEqualTo(5);
    assertThat(letter.cause().kind()).isEqualTo(DeadKind.FAILED);
    assertThat(letter.cause().reason())
        .contains("delivery 5 of 5 failed")
        .contains("IllegalStateException: no such customer");
    assertThat(letter.cause().failure()).isNotNull();
  }

  @Test
  void thePolicysAttemptsAreALimitToo() throws Exception {
    create(1);
    var options = AT_ONCE.withRetry(RetryPolicy.never());
    var report =
        QueueWorker.of(
                queue,
                item -> {
                  throw new IllegalStateException("no");
                },
                options)
            .runFor(LONG);
    assertThat(report.dead()).isEqualTo(1);
    assertThat(onlyLetter().deliveries()).isEqualTo(1);
  }

  @Test
  void aFailureThatIsFinalByRuleIsADeadLetterAtOnce() throws Exception {
    create(1);
    var report =
        work(
            item -> {
              throw new PayloadException("no recipient");
            });
    assertThat(report.dead()).isEqualTo(1);
    assertThat(onlyLetter().cause().reason()).contains("final by rule").contains("no recipient");
  }

  @Test
  void errorsAndHostileExceptionsAreTheirItemsFailure() throws Exception {
    create(3);
    var report =
        work(
            item -> {
              switch (item.data()) {
                case "item 0" -> throw new StackOverflowError();
                case "item 1" -> throw new Hostile();
                default -> note(item);
              }
            });
    assertThat(report).isEqualTo(new WorkReport(End.EMPTY, 1, 0, 2, 0, 0, 0));
    assertThat(handled).containsExactly("item 2 #1");
  }

  @Test
  void theProcessesOwnFailureEndsTheRun() {
    create(2);
    assertThatThrownBy(
            () ->
                work(
                    item -> {
                      throw new OutOfMemoryError("planted");
                    }))
        .isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void aHandlerWhoseTimeIsOverIsInterruptedAndHasFailed() throws Exception {
    create(1);
    var options = AT_ONCE.withHandlerMax(Duration.ofMillis(30)).withRetry(RetryPolicy.never());
    var report = QueueWorker.of(queue, item -> new CountDownLatch(1).await(), options).runFor(LONG);
    assertThat(report.dead()).isEqualTo(1);
    assertThat(onlyLetter().cause().kind()).isEqualTo(DeadKind.TIMED_OUT);
    assertThat(onlyLetter().cause().reason()).contains("PT0.03S").contains("InterruptedException");
  }

  @Test
  void aHandlerThatIsDeafToItsInterruptIsCountedAndItsItemComesBack() throws Exception {
    create(1);
    var release = new CountDownLatch(1);
    var options = AT_ONCE.withHandlerMax(Duration.ofMillis(30)).withDrain(Duration.ofMillis(100));
    var report =
        QueueWorker.of(queue, item -> awaitDeafly(release), options).runFor(Duration.ofMillis(200));
    assertThat(report.unfinished()).isEqualTo(1);
    clock.advance(options.lease());
    assertThat(queue.claim(LONG)).isPresent();
    release.countDown();
  }

  @Test
  void aLeaseIsRenewedWhileAHandlerRuns() throws Exception {
    create(1);
    var lease = Duration.ofMillis(300);
    var report =
        QueueWorker.of(
                queue,
                item -> {
                  for (var renewals = 0; renewals < 3; renewals++) {
                    var end = item.leaseUntil();
                    clock.advance(lease.multipliedBy(2).dividedBy(3));
                    await(() -> item.leaseUntil().isAfter(end));
                  }
                },
                AT_ONCE.withLease(lease))
            .runFor(LONG);
    assertThat(report.done()).isEqualTo(1);
  }

  @Test
  void aHandlerWhoseLeaseIsLostIsInterruptedAndItsItemLeftAlone() throws Exception {
    create(1);
    var other = Queues.over(storage).open("work", Codec.text());
    var report =
        QueueWorker.of(
                queue,
                item -> {
                  note(item);
                  clock.advance(Duration.ofMillis(300));
                  assertThat(other.claim(Duration.ofHours(1))).isPresent();
                  new CountDownLatch(1).await();
                },
                AT_ONCE.withLease(Duration.ofMillis(300)))
            .runFor(LONG);
    assertThat(report).isEqualTo(new WorkReport(End.EMPTY, 0, 0, 0, 0, 1, 0));
    assertThat(queue.count().claimed()).isEqualTo(1);
  }

  @Test
  void workThatEndsAfterItsLeaseIsCountedAsLost() throws Exception {
    create(1);
    var report =
        work(
            item -> {
              if (handled.isEmpty()) clock.advance(AT_ONCE.lease());
              note(item);
            });
    assertThat(report.lost()).isEqualTo(1);
    assertThat(report.done()).isEqualTo(1); // the second time, within its lease
    assertThat(handled).hasSize(2);
  }

  @Test
  void stopLetsHandlersFinish() throws Exception {
    create(1);
    var started = new CountDownLatch(1);
    var finish = new CountDownLatch(1);
    var worker =
        QueueWorker.of(
            queue,
            item -> {
              started.countDown();
              finish.await();
            },
            AT_ONCE);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var run = threads.submit(() -> worker.run());
      assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
      worker.stop();
      finish.countDown();
      assertThat(result(run)).isEqualTo(new WorkReport(End.STOPPED, 1, 0, 0, 0, 0, 0));
    }
    create(1);
    assertThat(worker.run().end()).isEqualTo(End.STOPPED);
    assertThat(queue.count().total()).isEqualTo(1);
  }

  @Test
  void stopInterruptsHandlersAfterTheDrainAndCountsNoDelivery() throws Exception {
    create(1);
    var started = new CountDownLatch(1);
    var worker =
        QueueWorker.of(
            queue,
            item -> {
              started.countDown();
              new CountDownLatch(1).await();
            },
            AT_ONCE.withDrain(Duration.ofMillis(50)));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var run = threads.submit(() -> worker.run());
      assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
      worker.stop();
      assertThat(result(run)).isEqualTo(new WorkReport(End.STOPPED, 0, 1, 0, 0, 0, 0));
    }
    assertThat(queue.claim(LONG).orElseThrow().deliveries()).isEqualTo(1);
  }

  @Test
  void anInterruptOfTheCallerInterruptsItsHandlers() throws Exception {
    create(1);
    var started = new CountDownLatch(1);
    var worker =
        QueueWorker.of(
            queue,
            item -> {
              started.countDown();
              new CountDownLatch(1).await();
            },
            AT_ONCE);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var run = threads.submit(() -> worker.run());
      assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
      threads.shutdownNow();
      assertThatThrownBy(() -> result(run)).hasCauseInstanceOf(InterruptedException.class);
    }
    assertThat(queue.count().available()).isEqualTo(1);
  }

  @Test
  void aQueueThatIsDeletedUnderItsWorkerEndsTheRun() {
    create(1);
    var worker = QueueWorker.of(queue, item -> queue.deleteQueue(), AT_ONCE);
    assertThatThrownBy(worker::run).isInstanceOf(UnknownQueueException.class);
  }

  @Test
  void aStorageThatIsAwayEndsABoundedRunAndIsTriedAgainByTheOther() throws Exception {
    create(1);
    var shaky = awayAtFirst();
    var bounded = QueueWorker.of(shaky, this::note, AT_ONCE);
    assertThatThrownBy(() -> bounded.runFor(LONG)).isInstanceOf(QueueUnavailableException.class);
    var workers = new QueueWorker<?>[1];
    workers[0] =
        QueueWorker.of(
            awayAtFirst(),
            item -> {
              note(item);
              workers[0].stop();
            },
            AT_ONCE);
    assertThat(workers[0].run().done()).isEqualTo(1);
  }

  /// The queue, whose first claim fails.
  @SuppressWarnings("unchecked") // the proxy has the one interface that it is made for
  private JobQueue<String> awayAtFirst() {
    var claims = new AtomicInteger();
    return (JobQueue<String>)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {JobQueue.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("claim") && claims.getAndIncrement() == 0) {
                throw new QueueUnavailableException("work", "planted", null);
              }
              return method.invoke(queue, arguments);
            });
  }

  @Test
  void optionsThatMakeNoSenseAreRefused() {
    var options = QueueWorkerOptions.DEFAULT;
    for (var bad : List.of(0, -1, 1_001)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> options.withConcurrency(bad))
          .withMessageContaining("concurrency " + bad);
    }
    assertThatIllegalArgumentException().isThrownBy(() -> options.withLease(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> options.withHandlerMax(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> options.withIdle(Duration.ofSeconds(-1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.withDrain(Duration.ofSeconds(-1)));
    var worker = QueueWorker.of(queue, this::note);
    assertThatIllegalArgumentException().isThrownBy(() -> worker.runFor(Duration.ZERO));
  }

  private static void awaitDeafly(CountDownLatch latch) {
    while (true) {
      try {
        if (latch.await(20, TimeUnit.SECONDS)) return;
      } catch (InterruptedException ignored) {
        // deaf
      }
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    var start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private static <T> T result(Future<T> future) throws Exception {
    return future.get(30, TimeUnit.SECONDS);
  }

  /// Its own methods throw.
  private static final class Hostile extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }

    @Override
    public synchronized Throwable getCause() {
      throw new IllegalStateException("no cause");
    }
  }

  @Test
  void whatBecomesOfItemsIsMeasured() throws Exception {
    var registry = new SimpleMeterRegistry();
    try (var meters = QueueMeters.of(registry)) {
      create(4);
      var running = new AtomicInteger();
      QueueWorker.of(
              queue,
              item -> {
                running.set((int) registry.get("phaseline.queue.running").gauge().value());
                if (item.data().endsWith("1")) throw new IllegalStateException("fails");
                if (item.data().endsWith("2")) throw new PayloadException("never");
              },
              AT_ONCE.withMeters(meters))
          .runFor(LONG);
      assertThat(running).hasValue(1);
      assertThat(registry.get("phaseline.queue.running").gauge().value()).isZero();
      assertThat(count(registry, "done")).isEqualTo(2);
      assertThat(count(registry, "failed")).isEqualTo(1);
      assertThat(count(registry, "dead")).isEqualTo(1);
      assertThat(count(registry, "lost")).isZero();
      assertThat(registry.get("phaseline.queue.handler").timer().count()).isEqualTo(4);
    }
    assertThat(registry.getMeters()).isEmpty();
  }

  private static double count(SimpleMeterRegistry registry, String outcome) {
    return registry
        .get("phaseline.queue.items")
        .tags("queue", "work", "outcome", outcome)
        .counter()
        .count();
  }
}
