package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.reading.GuardedConsumer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/// Program with a small heap that reads two partitions until it has seen a number of records, and
/// prints what it saw.
final class SmallHeapReader {
  private SmallHeapReader() {}

  /// Reads until all are seen.
  ///
  /// @param args broker, topic, how many records
  public static void main(String[] args) {
    var config =
        Map.<String, Object>of(
            "bootstrap.servers", args[0], "auto.offset.reset", "none", "max.poll.records", "100");
    var partitions = List.of(new TopicPartition(args[1], 0), new TopicPartition(args[1], 1));
    var left = Integer.parseInt(args[2]);
    try (var consumer =
        new GuardedConsumer(
            config,
            (partition, offset, why) -> {
              System.out.println("skipped " + partition.partition() + '/' + offset + ": " + why);
              return true;
            })) {
      consumer.assign(partitions);
      for (var partition : partitions) consumer.seek(partition, 0);
      while (left > 0) {
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          System.out.println("read " + new String(record.value(), UTF_8));
          left--;
        }
      }
    }
    System.out.println("end");
  }
}
