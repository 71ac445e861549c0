package dev.phaseline.worker;

import dev.phaseline.core.engine.CommitGroup;
import dev.phaseline.core.engine.LaneLog;
import dev.phaseline.core.engine.Slot;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Kafka, as a lane sees it. Owned by the lane's thread; the rebalance callbacks run on it too,
/// from inside [#poll].
final class KafkaLog
    implements LaneLog<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>>,
        ConsumerRebalanceListener {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaLog.class);
  private static final Duration COMMITTED_WAIT = Duration.ofSeconds(5);

  private final Consumer<byte[], byte[]> consumer;
  private final ProducerRing producers;
  private final FirstOffsets firstOffsets;
  private final String topic;
  private final boolean transactions;
  private final Set<Integer> unreadable = new HashSet<>();
  private @Nullable Listener<ConsumerRecord<byte[], byte[]>> listener;
  private int unknownPlace = -1;

  KafkaLog(
      Consumer<byte[], byte[]> consumer,
      ProducerRing producers,
      FirstOffsets firstOffsets,
      String topic,
      boolean transactions) {
    this.consumer = consumer;
    this.producers = producers;
    this.firstOffsets = firstOffsets;
    this.topic = topic;
    this.transactions = transactions;
  }

  @Override
  public void poll(long maxWaitNanos, Listener<ConsumerRecord<byte[], byte[]>> to) {
    listener = to;
    try {
      var records = consumer.poll(Duration.ofNanos(maxWaitNanos));
      for (var record : records) to.fetched(fetched(record));
      records
          .nextOffsets()
          .forEach((partition, next) -> to.moved(partition.partition(), next.offset()));
    } catch (OffsetOutOfRangeException gone) {
      // Retention or truncation has eaten what was not read. Going on from anywhere else would skip
      // or repeat work, and no program can know which of the two is meant.
      for (var partition : gone.partitions()) {
        unreadable.add(partition.partition());
        LOG.error(
            "{} can't be read at offset {} any more: retention or truncation has removed it. The"
                + " partition is stopped; reset its offset by hand to go on",
            partition,
            gone.offsetOutOfRangePartitions().get(partition));
      }
      consumer.pause(gone.partitions());
    }
  }

  private static Fetched<ConsumerRecord<byte[], byte[]>> fetched(
      ConsumerRecord<byte[], byte[]> record) {
    var key = record.key();
    var bytes = Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    return new Fetched<>(
        record.partition(),
        record.offset(),
        record,
        key == null ? null : ByteBuffer.wrap(key),
        bytes,
        1);
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    if (partitions.isEmpty() || listener == null) return;
    var start = new HashMap<Integer, Committed>();
    firstOffsets
        .of(Set.copyOf(partitions))
        .forEach(
            (partition, from) -> {
              consumer.seek(partition, from.offset());
              start.put(partition.partition(), from);
            });
    listener.assigned(start);
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    if (listener != null) listener.revoked(numbers(partitions));
    numbers(partitions).forEach(unreadable::remove);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    if (listener != null) listener.lost(numbers(partitions));
    numbers(partitions).forEach(unreadable::remove);
  }

  private static List<Integer> numbers(Collection<TopicPartition> partitions) {
    return partitions.stream().map(TopicPartition::partition).toList();
  }

  @Override
  public void pause(Collection<Integer> partitions) {
    consumer.pause(stillAssigned(partitions));
  }

  @Override
  public void resume(Collection<Integer> partitions) {
    consumer.resume(
        stillAssigned(partitions).stream()
            .filter(partition -> !unreadable.contains(partition.partition()))
            .toList());
  }

  private List<TopicPartition> stillAssigned(Collection<Integer> partitions) {
    var assigned = consumer.assignment();
    return partitions.stream()
        .map(partition -> new TopicPartition(topic, partition))
        .filter(assigned::contains)
        .toList();
  }

  @Override
  public Fate publish(
      CommitGroup<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> group) {
    if (!transactions) return publishAtLeastOnce(group);
    var place = producers.next();
    Producer<byte[], byte[]> producer;
    try {
      producer = producers.ensure(place);
    } catch (KafkaException notNow) {
      return refused(notNow);
    }
    try {
      producer.beginTransaction();
      send(group, producer);
      producer.sendOffsetsToTransaction(offsets(group), consumer.groupMetadata());
    } catch (KafkaException beforeCommit) {
      // nobody has asked for a commit: whatever happens to this transaction, it is not that
      return abort(producer, place, beforeCommit);
    }
    try {
      producer.commitTransaction();
      return new Fate.Done();
    } catch (KafkaException duringCommit) {
      if (CommitFailures.isAbortable(duringCommit)) return abort(producer, place, duringCommit);
      unknownPlace = place;
      return new Fate.Unknown(said(duringCommit));
    }
  }

  private static void send(
      CommitGroup<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> group,
      Producer<byte[], byte[]> producer) {
    for (Slot<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> slot :
        group.slots()) {
      // a send that fails makes the commit fail: no callback is needed, and none may throw
      for (var record : group.settlementOf(slot).output()) {
        var _ = producer.send(record);
      }
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> offsets(
      CommitGroup<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> group) {
    var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
    group
        .offsets()
        .forEach(
            (partition, committed) ->
                offsets.put(
                    new TopicPartition(topic, partition),
                    new OffsetAndMetadata(committed.offset(), committed.metadata())));
    return offsets;
  }

  private Fate abort(Producer<byte[], byte[]> producer, int place, KafkaException why) {
    if (CommitFailures.isAbortable(why)) {
      try {
        producer.abortTransaction();
        return refused(why);
      } catch (KafkaException deeper) {
        why.addSuppressed(deeper);
      }
    }
    producers.discard(place);
    try {
      producers.ensure(place); // ends the old transaction now, so that it hides nobody's records
    } catch (KafkaException notNow) {
      why.addSuppressed(notNow);
    }
    return refused(why);
  }

  private static Fate refused(KafkaException why) {
    for (Throwable cause = why; cause != null; cause = cause.getCause()) {
      if (cause instanceof AuthorizationException denied) {
        throw new WorkerException(
            "not allowed to publish: " + denied.getMessage() + "; grant it and start again",
            denied);
      }
    }
    return new Fate.Aborted(said(why));
  }

  private static String said(KafkaException e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  @Override
  public Optional<Map<Integer, Committed>> recover(
      CommitGroup<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> group) {
    try {
      if (unknownPlace >= 0) {
        producers.discard(unknownPlace);
        producers.ensure(unknownPlace); // from here on the old transaction has ended, either way
        unknownPlace = -1;
      }
      var partitions = new HashSet<TopicPartition>();
      group.offsets().keySet().forEach(p -> partitions.add(new TopicPartition(topic, p)));
      var committed = new HashMap<Integer, Committed>();
      consumer
          .committed(partitions, COMMITTED_WAIT)
          .forEach(
              (partition, found) -> {
                if (found != null) {
                  committed.put(
                      partition.partition(), new Committed(found.offset(), found.metadata()));
                }
              });
      return Optional.of(committed);
    } catch (KafkaException notYet) {
      LOG.warn("can't read back yet whether the last transaction happened: {}", said(notYet));
      return Optional.empty();
    }
  }

  /// A bench-only mode: outputs first, then offsets; a crash in between repeats work.
  private Fate publishAtLeastOnce(
      CommitGroup<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> group) {
    try {
      var producer = producers.ensure(0);
      send(group, producer);
      producer.flush();
      consumer.commitSync(offsets(group));
      return new Fate.Done();
    } catch (RetriableException notNow) {
      return new Fate.Aborted(said(notNow));
    }
  }

  /// Why the consumer can't read these partitions; empty when it can.
  Set<Integer> unreadable() {
    return Set.copyOf(unreadable);
  }
}
