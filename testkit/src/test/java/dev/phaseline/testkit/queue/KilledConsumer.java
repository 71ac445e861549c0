package dev.phaseline.testkit.queue;

import dev.phaseline.core.Codec;
import dev.phaseline.queue.kafka.KafkaQueues;
import java.time.Duration;
import java.util.Map;

/// A consumer in a process of its own, which works until it is killed. It says on standard output
/// which items it has claimed (`got ID`) and deleted (`done ID`).
final class KilledConsumer {
  private KilledConsumer() {}

  /// Consumes for ever.
  ///
  /// @param args the brokers' address, and the queue
  public static void main(String[] args) throws InterruptedException {
    try (var queues = KafkaQueues.connect(Map.of("bootstrap.servers", args[0]));
        var queue = queues.open(args[1], Codec.text())) {
      while (true) {
        var items = queue.claim(16, Duration.ofMinutes(1), Duration.ofSeconds(5));
        items.forEach(item -> System.out.println("got " + item.id()));
        for (var item : items) {
          queue.delete(item);
          System.out.println("done " + item.id());
        }
      }
    }
  }
}
