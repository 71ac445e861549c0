package dev.phaseline.ops.cluster;

import dev.phaseline.topics.ClusterException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;

/// Transactional log of one kind of commands: its topics are read as tails and written together. A
/// write is tried again until its fate is known. For one thread at a time.
public final class CommandLog implements AutoCloseable {
  private static final int PAUSE_MS_MAX = 250;
  private static final long VISIBLE_LOOK_NANOS = 2_000_000L;

  private final Map<String, ?> kafka;
  private final String transactionalId;
  private final Duration tryFor;
  private final Map<String, TopicTail> tails = new HashMap<>();

  /// Records to write, and the answer once they are written.
  ///
  /// @param records all or none are written; none: there is nothing to write
  public record Entry<T>(List<ProducerRecord<byte[], byte[]>> records, T answer) {}

  /// Decides while no other can write.
  @FunctionalInterface
  public interface Decision<T> {
    /// The entry to write.
    ///
    /// @param again whether an earlier attempt may have been written
    Entry<T> decide(boolean again);
  }

  /// @param transactionalId under which all commands of this kind are written
  /// @param topics that commands read and write
  /// @param tryFor how long a write is tried, and then how long it may take to be seen
  public CommandLog(
      Map<String, ?> kafka, String transactionalId, List<String> topics, Duration tryFor) {
    this.kafka = Map.copyOf(kafka);
    this.transactionalId = transactionalId;
    this.tryFor = tryFor;
    for (var topic : topics) tails.put(topic, new TopicTail(kafka, topic));
  }

  /// The tail of one of the topics.
  public TopicTail tail(String topic) {
    var tail = tails.get(topic);
    if (tail == null) throw new IllegalArgumentException("no topic of these commands: " + topic);
    return tail;
  }

  /// Writes what was decided; readers see it when this returns.
  ///
  /// @throws ClusterException when the cluster does not take it
  public <T> T write(Decision<T> decision) {
    var endNanos = System.nanoTime() + tryFor.toNanos();
    var again = false;
    while (true) {
      try (var writer = CommandWriter.open(kafka, transactionalId)) {
        var entry = decision.decide(again);
        if (entry.records().isEmpty()) return entry.answer();
        for (var place : writer.write(entry.records())) awaitVisible(place);
        return entry.answer();
      } catch (AuthorizationException | AuthenticationException denied) {
        throw new ClusterException(
            "not allowed to write as " + transactionalId + ": " + denied.getMessage(), denied);
      } catch (KafkaException notSure) {
        if (System.nanoTime() > endNanos) throw givenUp(notSure);
        again = true;
        pause();
      }
    }
  }

  /// A commit is done a moment before readers see it; who gave a command sees it at once.
  private void awaitVisible(RecordMetadata place) {
    var tail = tail(place.topic());
    var at = new TopicPartition(place.topic(), place.partition());
    var endNanos = System.nanoTime() + tryFor.toNanos();
    while (tail.end(at) <= place.offset()) {
      if (System.nanoTime() > endNanos) throw unseen(place.topic());
      LockSupport.parkNanos(VISIBLE_LOOK_NANOS);
    }
  }

  private ClusterException givenUp(KafkaException why) {
    return new ClusterException(
        "the command could not be written as "
            + transactionalId
            + " within "
            + tryFor.toSeconds()
            + " s: "
            + why.getMessage()
            + "; give it again, which does nothing if it was written after all",
        why);
  }

  private ClusterException unseen(String topic) {
    return new ClusterException(
        "the command is written, but after "
            + tryFor.toSeconds()
            + " s it can't be read yet: another transaction is open in "
            + topic
            + "; workers follow when it ends, so don't give the command again");
  }

  private static void pause() {
    LockSupport.parkNanos(
        Duration.ofMillis(ThreadLocalRandom.current().nextInt(10, PAUSE_MS_MAX)).toNanos());
  }

  @Override
  public void close() {
    tails.values().forEach(TopicTail::close);
  }
}
