package dev.phaseline.bench.contender;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.transaction.KafkaTransactionManager;

/// Spring for Apache Kafka without the rest of Spring: for each phase one listener container whose
/// batch listener runs in a Kafka transaction that the container begins and commits.
///
/// Exactly once, with rollback and redelivery of the whole batch when the listener throws. Nothing
/// runs in parallel within a container.
///
/// @param tuned whether the producers have the retry backoff that suits short transactions
record SpringListener(boolean tuned) implements Contender {

  @Override
  public Running start(Course course, Work work) {
    var phases = new ArrayList<Phase>();
    for (var phase = 0; phase < course.phases(); phase++) {
      phases.add(phase(course, phase, work));
    }
    phases.forEach(phase -> phase.container.start());
    return new Phases(phases);
  }

  private Phase phase(Course course, int phase, Work work) {
    var producers =
        new DefaultKafkaProducerFactory<byte[], byte[]>(Clients.producer(course, tuned));
    producers.setTransactionIdPrefix(course.group(phase) + "-" + course.instance() + "-");
    var template = new KafkaTemplate<>(producers);
    var out = course.topics().get(phase + 1);
    var properties = new ContainerProperties(course.topics().get(phase));
    properties.setKafkaAwareTransactionManager(new KafkaTransactionManager<>(producers));
    properties.setMessageListener(
        (BatchMessageListener<byte[], byte[]>) records -> forward(records, out, template, work));
    var consumers =
        new DefaultKafkaConsumerFactory<byte[], byte[]>(Clients.consumer(course, phase));
    return new Phase(new KafkaMessageListenerContainer<>(consumers, properties), producers);
  }

  private static void forward(
      List<ConsumerRecord<byte[], byte[]>> records,
      String out,
      KafkaTemplate<byte[], byte[]> template,
      Work work) {
    try {
      for (var record : records) {
        // a send that fails makes the commit fail
        var _ = template.send(out, record.key(), work.run(record.value()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /// One phase's parts.
  private record Phase(
      KafkaMessageListenerContainer<byte[], byte[]> container,
      DefaultKafkaProducerFactory<byte[], byte[]> producers) {}

  /// All phases.
  private record Phases(List<Phase> phases) implements Running {
    @Override
    public Optional<Throwable> failure() {
      for (var phase : phases) {
        if (!phase.container.isRunning()) {
          return Optional.of(new IllegalStateException("a listener container has stopped"));
        }
      }
      return Optional.empty();
    }

    @Override
    public void close() {
      phases.forEach(phase -> phase.container.stop());
      phases.forEach(phase -> phase.producers.destroy());
    }
  }
}
