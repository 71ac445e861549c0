package dev.phaseline.ops.control;

import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.ClusterException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;

/// Transactional log of commands: the control topic and the audit topic, read as tails and written
/// together. A write is tried again until its fate is known. For one thread at a time.
final class CommandLog implements AutoCloseable {
  private static final int PAUSE_MS_MAX = 250;
  private static final long VISIBLE_LOOK_NANOS = 2_000_000L;

  private final Map<String, ?> kafka;
  private final TopicNames names;
  private final Duration tryFor;
  private final TopicTail control;
  private final TopicTail audit;

  /// Records to write, and the answer once they are written.
  ///
  /// @param records all or none are written; none: there is nothing to write
  record Entry<T>(List<ProducerRecord<byte[], byte[]>> records, T answer) {}

  /// Decides while no other can write.
  @FunctionalInterface
  interface Decision<T> {
    /// The entry to write.
    ///
    /// @param again whether an earlier attempt may have been written
    Entry<T> decide(boolean again);
  }

  /// @param tryFor how long a write is tried, and then how long it may take to be seen
  CommandLog(Map<String, ?> kafka, TopicNames names, Duration tryFor) {
    this.kafka = Map.copyOf(kafka);
    this.names = names;
    this.tryFor = tryFor;
    this.control = new TopicTail(kafka, names.control());
    this.audit = new TopicTail(kafka, names.audit());
  }

  TopicTail control() {
    return control;
  }

  TopicTail audit() {
    return audit;
  }

  /// Writes what was decided; readers see it when this returns.
  ///
  /// @throws ClusterException when the cluster does not take it
  <T> T write(Decision<T> decision) {
    var endNanos = System.nanoTime() + tryFor.toNanos();
    var again = false;
    while (true) {
      try (var writer = ControlWriter.open(kafka, names.control())) {
        var entry = decision.decide(again);
        if (entry.records().isEmpty()) return entry.answer();
        for (var place : writer.write(entry.records())) awaitVisible(place);
        return entry.answer();
      } catch (AuthorizationException | AuthenticationException denied) {
        throw new ClusterException(
            "not allowed to write to " + names.control() + ": " + denied.getMessage(), denied);
      } catch (KafkaException notSure) {
        if (System.nanoTime() > endNanos) throw givenUp(notSure);
        again = true;
        pause();
      }
    }
  }

  /// A commit is done a moment before readers see it; who gave a command sees it at once.
  private void awaitVisible(RecordMetadata place) {
    var tail = place.topic().equals(names.audit()) ? audit : control;
    var endNanos = System.nanoTime() + tryFor.toNanos();
    while (tail.end() <= place.offset()) {
      if (System.nanoTime() > endNanos) throw unseen(place.topic());
      LockSupport.parkNanos(VISIBLE_LOOK_NANOS);
    }
  }

  private ClusterException givenUp(KafkaException why) {
    return new ClusterException(
        "the command could not be written to "
            + names.control()
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
    control.close();
    audit.close();
  }
}
