package dev.phaseline.worker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A guard around a user's Kafka interceptors. Kafka calls them on the lane's thread and catches
/// exceptions alone: a missing class inside of one would end the lane, at every restart. Whatever
/// one throws is logged here, and the records go on as they were.
final class GuardedInterceptors {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedInterceptors.class);
  private static final String CLASSES = "interceptor.classes";
  private static final String GUARDED = "phaseline.guarded.interceptors";

  private GuardedInterceptors() {}

  /// Puts the guard in place of the interceptors of a client's settings, if there are any.
  static void in(Map<String, Object> settings, Class<?> guard) {
    var given = settings.get(CLASSES);
    if (given == null || names(given).isEmpty()) return;
    settings.put(GUARDED, given);
    settings.put(CLASSES, List.of(guard.getName()));
  }

  private static List<Object> names(@Nullable Object given) {
    return switch (given) {
      case null -> List.of();
      case Collection<?> several -> List.copyOf(several);
      case Class<?> type -> List.of(type);
      default ->
          Arrays.stream(given.toString().split(",", -1))
              .map(String::strip)
              .filter(name -> !name.isEmpty())
              .map(Object.class::cast)
              .toList();
    };
  }

  private static <T extends Configurable> List<T> made(Map<String, ?> configs, Class<T> kind) {
    var made = new ArrayList<T>();
    for (var name : names(configs.get(GUARDED))) {
      try {
        var type =
            name instanceof Class<?> known ? known : Utils.loadClass(name + "", Object.class);
        if (!kind.isAssignableFrom(type)) {
          throw new KafkaException(type.getName() + " is not an instance of " + kind.getName());
        }
        var one = kind.cast(Utils.newInstance(type));
        one.configure(configs);
        made.add(one);
      } catch (ClassNotFoundException missing) {
        throw new KafkaException("Class " + name + " cannot be found", missing);
      }
    }
    return made;
  }

  /// Calls one of a user's interceptors. Out of memory is the process's, as everywhere.
  private static <T> void call(T interceptor, Consumer<T> what) {
    try {
      what.accept(interceptor);
    } catch (OutOfMemoryError fatal) {
      throw fatal;
    } catch (Throwable thrown) { // whatever it is, it is the interceptor's own
      LOG.warn(
          "the interceptor {} threw {}; the records go on without it",
          interceptor.getClass().getName(),
          thrown.getClass().getName());
    }
  }

  /// The guard of a consumer's interceptors. For the consumer's thread, and made by Kafka.
  public static final class OfConsumer implements ConsumerInterceptor<byte[], byte[]> {
    private List<ConsumerInterceptor<byte[], byte[]>> guarded = List.of();

    /// Made by Kafka.
    public OfConsumer() {}

    @Override
    @SuppressWarnings("unchecked") // lanes read bytes
    public void configure(Map<String, ?> configs) {
      guarded =
          (List<ConsumerInterceptor<byte[], byte[]>>)
              (List<?>) made(configs, ConsumerInterceptor.class);
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
    public void close() {
      for (var one : guarded) call(one, ConsumerInterceptor::close);
    }
  }

  /// The guard of a producer's interceptors. For the producer's threads, and made by Kafka.
  public static final class OfProducer implements ProducerInterceptor<byte[], byte[]> {
    private List<ProducerInterceptor<byte[], byte[]>> guarded = List.of();

    /// Made by Kafka.
    public OfProducer() {}

    @Override
    @SuppressWarnings("unchecked") // lanes write bytes
    public void configure(Map<String, ?> configs) {
      guarded =
          (List<ProducerInterceptor<byte[], byte[]>>)
              (List<?>) made(configs, ProducerInterceptor.class);
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
    public void close() {
      for (var one : guarded) call(one, ProducerInterceptor::close);
    }
  }
}
