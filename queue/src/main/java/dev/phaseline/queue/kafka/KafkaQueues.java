package dev.phaseline.queue.kafka;

import dev.phaseline.queue.Queues;
import java.time.InstantSource;
import java.util.Map;

/// Entry to queues on Kafka, which needs share groups: brokers 4.2 or later.
///
/// ```java
/// try (var queues = KafkaQueues.connect(Map.of("bootstrap.servers", "localhost:9092"));
///     var mails = queues.open("mails", Codec.text())) {
///   mails.create();
///   mails.createItem("to: ada@example.org");
/// }
/// ```
public final class KafkaQueues {
  private KafkaQueues() {}

  /// The queues of the default namespace. Connects when it is first needed.
  ///
  /// @param kafka settings of Kafka's clients; `admin.`, `producer.` and `consumer.` as prefixes
  ///   give one kind of client its own
  public static Queues connect(Map<String, ?> kafka) {
    return connect(kafka, KafkaQueueSettings.DEFAULT);
  }

  /// The queues of a namespace. Connects when it is first needed.
  ///
  /// @param kafka settings of Kafka's clients; `admin.`, `producer.` and `consumer.` as prefixes
  ///   give one kind of client its own
  public static Queues connect(Map<String, ?> kafka, KafkaQueueSettings settings) {
    return Queues.over(new KafkaQueueStorage(kafka, settings, InstantSource.system()));
  }
}
