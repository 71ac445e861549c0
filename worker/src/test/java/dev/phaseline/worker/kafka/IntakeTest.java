package dev.phaseline.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.engine.EarlierAttempts;
import dev.phaseline.core.engine.Item;
import dev.phaseline.core.engine.Ledger;
import dev.phaseline.core.engine.Source;
import dev.phaseline.worker.topic.TopicGuard;
import dev.phaseline.worker.topic.TopicReplacedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class IntakeTest {
  private static final String TOPIC = "t";

  private final List<Long> parked = new ArrayList<>();
  private final Answers answers = new Answers();
  private final TopicGuard guard = new TopicGuard(TOPIC, answers::ask, () -> answers.updates);
  private final Late consumer = new Late();
  private final Intake intake = new Intake(consumer, TOPIC, 1, guard, parked::add);
  private final Delivered delivered = new Delivered();

  /// Names partitions as assigned that it has lost already, as a consumer does whose own thread is
  /// about to clear them; and, as that does, refuses calls about them a moment later.
  private static final class Late extends MockConsumer<byte[], byte[]> {
    private final List<Duration> waits = new ArrayList<>();
    private @Nullable Set<TopicPartition> outdated;

    Late() {
      super(AutoOffsetResetStrategy.NONE.name());
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      waits.add(timeout);
      return super.poll(timeout);
    }

    void lose(TopicPartition... lost) {
      outdated = Set.copyOf(super.assignment());
      var left = new HashSet<>(super.assignment());
      left.removeAll(Set.of(lost));
      rebalance(left);
    }

    @Override
    public synchronized Set<TopicPartition> assignment() {
      return outdated == null ? super.assignment() : outdated;
    }
  }

  /// What brokers tell of the topic when they are asked.
  private static final class Answers {
    private final List<KafkaFutureImpl<UUID>> asked = new ArrayList<>();
    private UUID id = new UUID(0, 1);
    private boolean atOnce = true;
    private long updates;

    KafkaFuture<UUID> ask() {
      var answer = new KafkaFutureImpl<UUID>();
      if (atOnce) answer.complete(id);
      asked.add(answer);
      return answer;
    }

    void answer() {
      asked.removeLast().complete(id);
    }

    void refuse() {
      asked.removeLast().completeExceptionally(new UnknownTopicOrPartitionException("none"));
    }
  }

  private static final class Delivered implements Source.Listener {
    private final List<String> records = new ArrayList<>();

    @Override
    public void assigned(Map<Integer, Ledger.Committed> partitions) {}

    @Override
    public void revoked(Collection<Integer> partitions) {}

    @Override
    public void lost(Collection<Integer> partitions) {}

    @Override
    public void fetched(Item item, @Nullable EarlierAttempts earlier) {
      records.add(item.partition() + "@" + item.offset());
    }

    @Override
    public void moved(int partition, long next) {}
  }

  private static TopicPartition at(int partition) {
    return new TopicPartition(TOPIC, partition);
  }

  private void assign(int partitions) {
    consumer.subscribe(List.of(TOPIC));
    var all = IntStream.range(0, partitions).mapToObj(IntakeTest::at).toList();
    consumer.rebalance(all);
    guard.begin(true, () -> false);
    for (var each : all) intake.begin(each, 0);
  }

  private void write(int partition, int records) {
    for (var i = 0; i < records; i++) {
      consumer.addRecord(new ConsumerRecord<>(TOPIC, partition, i, new byte[1], new byte[1]));
    }
  }

  private void poll() {
    intake.poll(0, delivered);
  }

  @Test
  void fetchesNothingWhileRecordsWaitAndGoesOnWhenTheyAreHandedOn() {
    assign(2);
    write(0, 3);
    poll();
    assertThat(delivered.records).containsExactly("0@0");
    assertThat(consumer.paused()).containsExactlyInAnyOrder(at(0), at(1));
    assertThat(intake.positions()).containsEntry(0, 1L).containsEntry(1, 0L);
    poll();
    poll();
    assertThat(delivered.records).containsExactly("0@0", "0@1", "0@2");
    assertThat(consumer.paused()).isEmpty();
    assertThat(intake.positions()).containsEntry(0, 3L).containsEntry(1, 0L);
  }

  @Test
  void partitionsThatTheConsumerStillNamesAfterItHasLostThemAreLeftAlone() {
    assign(3);
    write(0, 2);
    write(1, 2);
    poll();
    consumer.lose(at(0));
    intake.forget(Set.of(0));
    assertThat(intake.positions()).containsOnlyKeys(1, 2);
    intake.pause(List.of(0, 1));
    intake.resume(List.of(0, 1));
    poll(); // the first of two that wait
    poll(); // the second, and then all that is left may flow
    assertThat(delivered.records).contains("1@0", "1@1").hasSizeBetween(2, 3).doesNotContain("0@1");
    assertThat(consumer.paused()).doesNotContain(at(1), at(2)); // it keeps what it has lost there
    consumer.lose(at(1), at(2));
    intake.forget(Set.of(1, 2));
    intake.stop(at(1), "whoever has it now finds out");
    assertThat(intake.positions()).isEmpty();
    assertThat(intake.stopped()).isEmpty();
  }

  @Test
  void aPartitionThatComesWhileRecordsWaitHasToWaitToo() {
    assign(1);
    write(0, 2);
    poll();
    consumer.rebalance(List.of(at(0), at(1)));
    intake.begin(at(1), 0);
    assertThat(consumer.paused()).contains(at(1));
    poll();
    assertThat(consumer.paused()).isEmpty();
  }

  @Test
  void whatIsPausedOrStoppedStaysSoWhenFetchingGoesOn() {
    assign(3);
    write(0, 2);
    intake.pause(List.of(1));
    intake.stop(at(2), "for good");
    poll();
    poll();
    assertThat(consumer.paused()).containsExactlyInAnyOrder(at(1), at(2));
    assertThat(intake.stopped()).containsEntry(2, "for good");
    intake.resume(List.of(1, 2));
    assertThat(consumer.paused()).containsExactly(at(2));
  }

  private static final long WAIT = TimeUnit.MILLISECONDS.toNanos(100);

  private Duration lastWait() {
    return consumer.waits.getLast();
  }

  @Test
  void aConsumerWhosePartitionsArePausedIsNotToldToWaitBecauseItWouldSpin() {
    assign(2);
    intake.poll(WAIT, delivered);
    assertThat(lastWait()).as("nothing is paused").isEqualTo(Duration.ofNanos(WAIT));
    assertThat(parked).isEmpty();
    intake.pause(List.of(0, 1));
    intake.poll(WAIT, delivered);
    assertThat(lastWait()).isEqualTo(Duration.ZERO);
    assertThat(parked).containsExactly(WAIT);
  }

  @Test
  void aStoppedPartitionDoesNotMakeTheOthersSpinNorWaitForLong() {
    assign(2);
    intake.stop(at(0), "for good");
    intake.poll(WAIT, delivered);
    assertThat(lastWait()).isEqualTo(Duration.ZERO);
    assertThat(parked).hasSize(1).allMatch(nanos -> nanos <= WAIT / 10);
    write(1, 1);
    intake.poll(WAIT, delivered);
    assertThat(delivered.records).containsExactly("1@0");
    assertThat(parked).as("there was something").hasSize(1);
  }

  @Test
  void recordsThatWaitForALaneThatIsFullDoNotMakeItSpin() {
    assign(2);
    write(0, 2);
    poll();
    intake.pause(List.of(0, 1));
    intake.poll(WAIT, delivered);
    assertThat(lastWait()).isEqualTo(Duration.ZERO);
    assertThat(parked).containsExactly(WAIT);
    assertThat(delivered.records).containsExactly("0@0");
  }

  @Test
  void aLaneThatIsNotHeldWaitsInsideOfKafkaAgain() {
    assign(1);
    intake.pause(List.of(0));
    intake.poll(WAIT, delivered);
    intake.resume(List.of(0));
    intake.poll(WAIT, delivered);
    assertThat(lastWait()).isEqualTo(Duration.ofNanos(WAIT));
    assertThat(parked).hasSize(1);
  }

  @Test
  void recordsThatCameAfterAnUpdateOfMetadataWaitUntilTheTopicIsKnownToBeTheSame() {
    assign(1);
    answers.atOnce = false;
    answers.updates++;
    write(0, 2);
    poll();
    poll();
    assertThat(delivered.records).as("they may be of another topic").isEmpty();
    assertThat(answers.asked).as("at the beginning, and one more at a time").hasSize(2);
    answers.answer();
    poll();
    assertThat(delivered.records).containsExactly("0@0");
    poll();
    assertThat(delivered.records).as("asked once for each update").hasSize(2);
  }

  @Test
  void anUpdateThatComesWhileTheTopicIsAskedAboutIsAskedAboutAgain() {
    assign(1);
    answers.atOnce = false;
    answers.updates++;
    write(0, 1);
    poll();
    answers.updates++;
    answers.answer();
    poll();
    assertThat(delivered.records).isEmpty();
    answers.answer();
    poll();
    assertThat(delivered.records).containsExactly("0@0");
  }

  @Test
  void recordsOfAnotherTopicOfTheSameNameAreNotHandedOn() {
    assign(1);
    answers.id = new UUID(0, 2);
    answers.updates++;
    write(0, 1);
    assertThatThrownBy(this::poll)
        .isInstanceOf(TopicReplacedException.class)
        .hasMessageContaining("deleted and made again");
    assertThat(delivered.records).isEmpty();
    assertThat(guard.isGone()).isTrue();
  }

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void aTopicThatIsGoneIsSaidAndOneThatIsBackGoesOn() {
    assign(1);
    answers.atOnce = false;
    answers.updates++;
    write(0, 1);
    poll();
    answers.refuse();
    poll();
    assertThat(delivered.records).isEmpty();
    assertThat(guard.trouble()).contains("there is no topic t any more");
    assertThat(guard.isGone()).isTrue();
    answers.atOnce = true;
    while (delivered.records.isEmpty()) {
      poll();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    assertThat(guard.trouble()).isEmpty();
    assertThat(guard.isGone()).isFalse();
  }
}
