package dev.phaseline.worker.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// A guard around a user's Kafka interceptors. Kafka calls them on the lane's thread and catches
/// exceptions alone: a missing class inside of one would end the lane, at every restart. An
/// exception or error of one is logged here, and the records go on as they were.
final class GuardedInterceptors {
  private static final String CLASSES = "interceptor.classes";

  private GuardedInterceptors() {}

  private static <T> void call(T interceptor, Consumer<T> what) {
    PlugIns.call(interceptor, "a call", "the records go on without it", what);
  }

  /// The guard of a consumer's interceptors. For the consumer's thread, and made by Kafka.
  public static final class OfConsumer
      implements ConsumerInterceptor<byte[], byte[]>, ClusterResourceListener {
    private List<ConsumerInterceptor<byte[], byte[]>> guarded = List.of();

    /// Made by Kafka.
    public OfConsumer() {}

    @Override
    @SuppressWarnings("unchecked") // lanes read bytes
    public void configure(Map<String, ?> configs) {
      guarded =
          (List<ConsumerInterceptor<byte[], byte[]>>)
              (List<?>) PlugIns.configured(CLASSES, configs, ConsumerInterceptor.class);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
      var latest = new ArrayList<>(List.of(records));
      for (var one : guarded) {
        call(one, interceptor -> latest.add(interceptor.onConsume(latest.getLast())));
        if (latest.getLast() == null) latest.removeLast();
      }
      return latest.getLast();
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
      for (var one : guarded) call(one, interceptor -> interceptor.onCommit(offsets));
    }

    @Override
    public void onUpdate(ClusterResource cluster) {
      PlugIns.onUpdate(guarded, cluster);
    }

    @Override
    public void close() {
      for (var one : guarded) call(one, ConsumerInterceptor::close);
    }
  }

  /// The guard of a producer's interceptors. For the producer's threads, and made by Kafka.
  public static final class OfProducer
      implements ProducerInterceptor<byte[], byte[]>, ClusterResourceListener {
    private List<ProducerInterceptor<byte[], byte[]>> guarded = List.of();

    /// Made by Kafka.
    public OfProducer() {}

    @Override
    @SuppressWarnings("unchecked") // lanes write bytes
    public void configure(Map<String, ?> configs) {
      guarded =
          (List<ProducerInterceptor<byte[], byte[]>>)
              (List<?>) PlugIns.configured(CLASSES, configs, ProducerInterceptor.class);
    }

    @Override
    public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
      var latest = new ArrayList<>(List.of(record));
      for (var one : guarded) {
        call(one, interceptor -> latest.add(interceptor.onSend(latest.getLast())));
        if (latest.getLast() == null) latest.removeLast();
      }
      return latest.getLast();
    }

    @Override
    public void onAcknowledgement(@Nullable RecordMetadata metadata, @Nullable Exception refused) {
      for (var one : guarded) {
        call(one, interceptor -> interceptor.onAcknowledgement(metadata, refused));
      }
    }

    @Override
    public void onUpdate(ClusterResource cluster) {
      PlugIns.onUpdate(guarded, cluster);
    }

    @Override
    public void close() {
      for (var one : guarded) call(one, ProducerInterceptor::close);
    }
  }
}
