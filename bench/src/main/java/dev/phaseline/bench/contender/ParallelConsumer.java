package dev.phaseline.bench.contender;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.CommitMode;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelEoSStreamProcessor;
import io.confluent.parallelconsumer.PollContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Confluent's Parallel Consumer in its transactional mode: a pool of threads for each phase,
/// records of one key in order or none in any, one transaction open while they work.
///
/// Its promise is exactly once as long as the offsets that are done out of order fit into the
/// offset's metadata; when they don't, it drops them and runs those records again.
///
/// @param ordering by key or not at all
record ParallelConsumer(ProcessingOrder ordering) implements Contender {
  /// Each commit stops the world of its handlers for a moment: more seldom is faster.
  private static final Duration COMMIT_INTERVAL = Duration.ofMillis(500);

  @Override
  public Running start(Course course, Work work) {
    var phases = new ArrayList<ParallelEoSStreamProcessor<byte[], byte[]>>();
    for (var phase = 0; phase < course.phases(); phase++) {
      phases.add(phase(course, phase, work));
    }
    return new Processors(phases);
  }

  private ParallelEoSStreamProcessor<byte[], byte[]> phase(Course course, int phase, Work work) {
    var producing = Clients.producer(course, true);
    producing.put(
        ProducerConfig.TRANSACTIONAL_ID_CONFIG, course.group(phase) + "-" + course.instance());
    var options =
        ParallelConsumerOptions.<byte[], byte[]>builder()
            .consumer(new KafkaConsumer<>(Clients.consumer(course, phase)))
            .producer(new KafkaProducer<>(producing))
            .ordering(ordering)
            .commitMode(CommitMode.PERIODIC_TRANSACTIONAL_PRODUCER)
            .commitInterval(COMMIT_INTERVAL)
            .allowEagerProcessingDuringTransactionCommit(true) // faster, and harmless here
            .maxConcurrency(course.concurrency())
            // it looks into a consumer that newer clients have moved elsewhere
            .ignoreReflectiveAccessExceptionsForAutoCommitDisabledCheck(true)
            .build();
    var processor = new ParallelEoSStreamProcessor<>(options);
    var out = course.topics().get(phase + 1);
    processor.subscribe(List.of(course.topics().get(phase)));
    processor.pollAndProduce(context -> forward(context, out, work));
    return processor;
  }

  private static ProducerRecord<byte[], byte[]> forward(
      PollContext<byte[], byte[]> context, String out, Work work) {
    try {
      return new ProducerRecord<>(out, context.key(), work.run(context.value()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /// All phases.
  private record Processors(List<ParallelEoSStreamProcessor<byte[], byte[]>> phases)
      implements Running {
    @Override
    public Optional<Throwable> failure() {
      for (var phase : phases) {
        if (phase.isClosedOrFailed()) {
          Throwable cause = phase.getFailureCause();
          return Optional.of(
              cause != null ? cause : new IllegalStateException("a processor has closed"));
        }
      }
      return Optional.empty();
    }

    @Override
    public void close() {
      phases.forEach(ParallelEoSStreamProcessor::closeDontDrainFirst);
    }
  }
}
