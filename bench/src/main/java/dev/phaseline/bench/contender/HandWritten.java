package dev.phaseline.bench.contender;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/// The loop that people write by hand, written well: for each phase one thread with one consumer
/// and one transactional producer; what a poll returns is one transaction, fenced by the group's
/// metadata (KIP-447).
///
/// Exactly once as long as nothing fails: this loop stops at the first error, where a real one
/// would abort, rewind and go on. Nothing runs in parallel within a phase.
///
/// @param tuned whether the producers have the retry backoff that suits short transactions
record HandWritten(boolean tuned) implements Contender {

  @Override
  public Running start(Course course, Work work) {
    var loops = new ArrayList<Loop>();
    for (var phase = 0; phase < course.phases(); phase++) {
      loops.add(new Loop(course, phase, tuned, work));
    }
    return new Loops(loops);
  }

  /// All phases' loops.
  private record Loops(List<Loop> loops) implements Running {
    @Override
    public Optional<Throwable> failure() {
      return loops.stream().flatMap(loop -> Optional.ofNullable(loop.failure).stream()).findFirst();
    }

    @Override
    public void close() {
      loops.forEach(loop -> loop.consumer.wakeup());
      loops.forEach(Loop::join);
    }
  }

  /// One phase's loop.
  private static final class Loop implements Runnable {
    private final Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final String out;
    private final Work work;
    private final Thread thread;
    private volatile @Nullable Throwable failure;

    Loop(Course course, int phase, boolean tuned, Work work) {
      var consuming = Clients.consumer(course, phase);
      consuming.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
      var producing = Clients.producer(course, tuned);
      producing.put(
          ProducerConfig.TRANSACTIONAL_ID_CONFIG, course.group(phase) + "-" + course.instance());
      this.consumer = new KafkaConsumer<>(consuming);
      this.producer = new KafkaProducer<>(producing);
      this.out = course.topics().get(phase + 1);
      this.work = work;
      consumer.subscribe(List.of(course.topics().get(phase)));
      this.thread = Thread.ofPlatform().name("loop-" + phase).start(this);
    }

    @Override
    public void run() {
      try (consumer;
          producer) {
        producer.initTransactions();
        while (true) step(consumer.poll(Duration.ofMillis(500)));
      } catch (WakeupException asked) {
        // to stop, between two transactions
      } catch (InterruptedException | RuntimeException failed) {
        failure = failed;
      }
    }

    private void step(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
      if (records.isEmpty()) return;
      producer.beginTransaction(); // a send that fails makes the commit fail
      for (var record : records) {
        var _ = producer.send(new ProducerRecord<>(out, record.key(), work.run(record.value())));
      }
      producer.sendOffsetsToTransaction(records.nextOffsets(), consumer.groupMetadata());
      producer.commitTransaction();
    }

    void join() {
      try {
        thread.join(Duration.ofSeconds(30));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
