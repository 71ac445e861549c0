package dev.phaseline.cli.submit;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.Interrupt;
import dev.phaseline.ops.cluster.GroupMembers;
import dev.phaseline.schemas.JobEnd;
import dev.phaseline.schemas.KafkaSettings;
import dev.phaseline.schemas.reading.GuardedConsumer;
import dev.phaseline.server.ServerConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;

/// Wait for the end of one job, which a tracker writes to `<ns>.jobs`. It is opened before the job
/// is submitted, so that no end is missed. For one thread.
final class JobFollower implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  private final Admin admin;
  private final GuardedConsumer consumer;
  private final String tracker;
  private final Consumer<String> err;

  private JobFollower(Admin admin, GuardedConsumer consumer, String tracker, Consumer<String> err) {
    this.admin = admin;
    this.consumer = consumer;
    this.tracker = tracker;
    this.err = err;
  }

  /// Listens from now on.
  ///
  /// @param err takes a line when the tracker goes or comes
  /// @throws CommandFailure when no tracker runs, or its topic is not there
  static JobFollower open(ServerConfig config, Consumer<String> err) {
    var topic = config.names().jobs();
    var tracker = config.names().tracker();
    var admin = Admin.create(config.kafka());
    var consumer = new GuardedConsumer(reader(config), (_, _, _) -> true);
    var follower = new JobFollower(admin, consumer, tracker, err);
    try {
      if (!GroupMembers.any(admin, tracker)) {
        throw CommandFailure.of(
            "--wait learns of the job's end from topic "
                + topic
                + ", which a tracker writes, and none runs (group "
                + tracker
                + " has no member): start `phaseline console`; nothing was submitted");
      }
      var partitions =
          consumer.partitionsFor(topic).stream()
              .map(one -> new TopicPartition(topic, one.partition()))
              .toList();
      if (partitions.isEmpty()) {
        throw CommandFailure.of("--wait needs topic " + topic + ": run `phaseline topics create`");
      }
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      for (var one : partitions) consumer.position(one);
      return follower;
    } catch (RuntimeException failed) {
      follower.close();
      throw failed;
    }
  }

  private static Map<String, Object> reader(ServerConfig config) {
    var reader = new HashMap<>(KafkaSettings.ofReader(config.kafka()));
    reader.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    reader.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    reader.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return reader;
  }

  /// The end of the job; empty when it did not come within this time, or was interrupted.
  Optional<JobEnd> await(String job, Duration atMost, Interrupt interrupt) {
    var start = System.nanoTime();
    var looked = start;
    var isServed = true;
    while (!interrupt.requested() && System.nanoTime() - start < atMost.toNanos()) {
      for (var record : consumer.poll(POLL)) {
        var end = read(record.value());
        if (end.isPresent() && end.get().job().equals(job)) return end;
      }
      if (System.nanoTime() - looked < LOOK_EVERY.toNanos()) continue;
      looked = System.nanoTime();
      var now = GroupMembers.any(admin, tracker);
      if (now != isServed) {
        err.accept(
            now
                ? "phaseline: a tracker runs again"
                : "phaseline: no tracker runs any more, so the job's end can't be learnt: start"
                    + " `phaseline console`");
      }
      isServed = now;
    }
    return Optional.empty();
  }

  private static Optional<JobEnd> read(byte[] value) {
    try {
      return Optional.of(JobEnd.read(value));
    } catch (IllegalArgumentException anothers) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    consumer.close();
    admin.close(Duration.ZERO);
  }
}
