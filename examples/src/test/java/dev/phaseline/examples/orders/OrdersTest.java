package dev.phaseline.examples.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.producer.JobClient;
import dev.phaseline.queue.ItemOptions;
import dev.phaseline.queue.JobQueue;
import dev.phaseline.queue.QueueItem;
import dev.phaseline.queue.Queues;
import dev.phaseline.queue.worker.QueueHandler;
import dev.phaseline.queue.worker.QueueWorker;
import dev.phaseline.queue.worker.QueueWorkerOptions;
import dev.phaseline.queue.worker.WorkReport;
import dev.phaseline.queue.worker.WorkReport.End;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.Timer;
import dev.phaseline.schemas.TimerCommand;
import dev.phaseline.schemas.TimerRecords;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.testkit.DeadLetter;
import dev.phaseline.testkit.ManualClock;
import dev.phaseline.testkit.PipelineDriver;
import dev.phaseline.testkit.queue.MemoryQueueStorage;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/// Orders on their way from a queue into the pipeline, and mails on theirs into another queue.
final class OrdersTest {
  private final ManualClock clock = ManualClock.at("2026-01-31T12:00:00Z");
  private final MemoryQueueStorage storage = MemoryQueueStorage.on(clock);
  private final JobQueue<String> orders = queue("orders");
  private final JobQueue<String> mails = queue("mails");
  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final JobClient jobs =
      JobClient.withProducer(kafka, JobClient.Settings.DEFAULT.withClock(clock));

  private JobQueue<String> queue(String name) {
    var queue = Queues.over(storage).open(name, Codec.text());
    queue.create();
    return queue;
  }

  private WorkReport work(QueueHandler<String> handler) throws InterruptedException {
    var options = QueueWorkerOptions.DEFAULT.withIdle(Duration.ZERO);
    return QueueWorker.of(orders, handler, options).runFor(Duration.ofSeconds(30));
  }

  private List<Timer> submitted() {
    return kafka.history().stream().map(this::timer).toList();
  }

  private Timer timer(ProducerRecord<byte[], byte[]> record) {
    assertThat(record.topic()).isEqualTo("pl.timers");
    var command =
        new TimerRecords(TopicNames.DEFAULT)
            .read(record.key(), record.value(), record.headers(), clock.instant());
    if (command instanceof TimerCommand.Schedule(Timer timer)) return timer;
    throw new AssertionError("not a timer: " + command);
  }

  @Test
  void anOrderBecomesAJobUnderTheItemsId() throws Exception {
    orders.createItem("ada 1200", ItemOptions.DEFAULT.withId("order-1"));
    assertThat(work(new OrderIntake(jobs)).done()).isEqualTo(1);
    var timer = submitted().getFirst();
    assertThat(timer.target()).isEqualTo("pl.orders.check");
    assertThat(timer.value()).isEqualTo("ada 1200".getBytes(UTF_8));
    assertThat(ItemHeaders.read(timer.target(), 0, 0, timer.headers()).jobId())
        .isEqualTo("order-1");
  }

  /// The consumer submits and loses its lease before it can delete the item, as one that dies does.
  /// Both submissions are one timer: the scheduler fires it once.
  @Test
  void aRedeliveredOrderIsTheSameSubmission() throws Exception {
    orders.createItem("ada 1200", ItemOptions.DEFAULT.withId("order-1"));
    var intake = new OrderIntake(jobs);
    var report = work(item -> losingTheFirstLease(intake, item));
    assertThat(report).isEqualTo(new WorkReport(End.EMPTY, 1, 0, 0, 0, 1, 0));
    assertThat(submitted()).hasSize(2);
    assertThat(submitted()).extracting(Timer::id).containsOnly(submitted().getFirst().id());
    assertThat(submitted()).extracting(Timer::due).containsOnly(submitted().getFirst().due());
  }

  private void losingTheFirstLease(OrderIntake intake, QueueItem<String> item) {
    intake.handle(item);
    if (item.deliveries() == 1) clock.advance(QueueWorkerOptions.DEFAULT.lease());
  }

  @Test
  void aClusterThatRefusesJobsSuspendsTheQueue() throws Exception {
    orders.createItem("ada 1200");
    kafka.sendException = new TopicAuthorizationException("no");
    assertThat(work(new OrderIntake(jobs)).end()).isEqualTo(End.SUSPENDED);
    assertThat(orders.count().available()).isEqualTo(1);
    assertThat(storage.dead("orders")).isEmpty();
  }

  @Test
  void anOrderThatIsTooBigForAJobIsADeadLetter() throws Exception {
    var small = JobClient.Settings.DEFAULT.withLimits(10, 10_000);
    orders.createItem("a customer with a long name 1200");
    assertThat(work(new OrderIntake(JobClient.withProducer(kafka, small))).dead()).isEqualTo(1);
    assertThat(storage.dead("orders").getFirst().cause().reason()).contains("payloadBytesMax");
  }

  @Test
  void theEndOfAnOrderIsAMailInTheOtherQueue() {
    var driver = PipelineDriver.of(OrdersPipeline.create(mails));
    driver.submit("order-1", "ada 1200");
    driver.submit("order-2", "no order");
    driver.runUntilIdle();
    assertThat(driver.done()).hasSize(1);
    assertThat(driver.dead())
        .extracting(DeadLetter::reason)
        .allMatch(reason -> reason.contains("<customer> <cents>"));
    var mail = mails.claim(Duration.ofMinutes(1)).orElseThrow();
    assertThat(mail.data()).isEqualTo("confirm: ada 1200");
    assertThat(mails.count().total()).isEqualTo(1);
  }
}
