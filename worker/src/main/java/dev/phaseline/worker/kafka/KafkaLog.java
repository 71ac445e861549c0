package dev.phaseline.worker.kafka;

import dev.phaseline.core.engine.Batch;
import dev.phaseline.core.engine.Ledger;
import dev.phaseline.core.engine.Sink;
import dev.phaseline.core.engine.Source;
import dev.phaseline.worker.WorkerException;
import dev.phaseline.worker.client.Connections;
import dev.phaseline.worker.group.AssignmentCheck;
import dev.phaseline.worker.group.FencingDiagnosis;
import dev.phaseline.worker.telemetry.AbortCause;
import dev.phaseline.worker.telemetry.LaneObserver;
import dev.phaseline.worker.topic.TopicGuard;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Kafka, as a lane sees it. Owned by the lane's thread; the rebalance callbacks run on it too,
/// from inside [#poll].
public final class KafkaLog implements Source, Sink, Ledger, ConsumerRebalanceListener {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaLog.class);
  private static final Duration COMMITTED_WAIT = Duration.ofSeconds(5);

  private final Consumer<byte[], byte[]> consumer;
  private final ProducerRing producers;
  private final FirstOffsets firstOffsets;
  private final Intake intake;
  private final RefusedRecords oversize;
  private final AssignmentCheck assignments;
  private final FencingDiagnosis namesakes;
  private final LaneSource source;
  private final LaneObserver observer;
  private final String topic;
  private @Nullable Listener listener;
  private boolean opened;
  private int unknownPlace = -1;
  private AbortCause abortCause = AbortCause.OTHER;
  private volatile boolean stopping;
  private volatile String trouble = "";
  private volatile @Nullable StartOffsetLookup starting;

  public KafkaLog(
      Consumer<byte[], byte[]> consumer,
      ProducerRing producers,
      FirstOffsets firstOffsets,
      AssignmentCheck assignments,
      FencingDiagnosis namesakes,
      LaneSource source,
      LaneObserver observer) {
    this.consumer = consumer;
    this.producers = producers;
    this.firstOffsets = firstOffsets;
    this.assignments = assignments;
    this.namesakes = namesakes;
    this.source = source;
    this.observer = observer;
    this.topic = source.topic();
    this.oversize = new RefusedRecords(source.contradicted());
    this.intake =
        new Intake(
            consumer,
            topic,
            source.portionBytes(),
            source.guard(),
            nanos -> LockSupport.parkNanos(this, nanos)); // LaneThread.wake ends it
  }

  /// Input of a lane.
  ///
  /// @param topic its input
  /// @param portionBytes how many bytes are handed on at once
  /// @param connections the consumer's
  /// @param denial the line about a right that is missing for a publication
  /// @param takeover told that partitions come, before anything is asked about them; must not wait
  /// @param guard which topic of its name it is
  /// @param contradicted told that topics take less than was known; must not wait
  public record LaneSource(
      String topic,
      long portionBytes,
      Connections connections,
      Function<AuthorizationException, String> denial,
      Runnable takeover,
      TopicGuard guard,
      Runnable contradicted) {}

  @Override
  public void poll(long maxWaitNanos, Listener to) {
    listener = to;
    intake.poll(maxWaitNanos, to);
    openProducers();
  }

  /// Only a member makes its producers: whoever is fenced by them then finds the member, and knows
  /// that it was not an accident.
  private void openProducers() {
    if (opened || consumer.groupMetadata().generationId() <= 0) return;
    producers.open();
    opened = true;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    if (partitions.isEmpty() || listener == null) return;
    // An offset that an open transaction would move can't be read before that has ended. So what a
    // predecessor left open is ended first: of this name here, of others by whoever hears this.
    source.takeover().run();
    assignments.confirm(consumer.groupMetadata(), partitions, this::isHopeless);
    namesakes.joined(consumer.groupMetadata());
    openProducers();
    var start = new HashMap<Integer, Committed>();
    starting = new StartOffsetLookup(numbers(partitions), System.nanoTime());
    var id = source.guard().begin(intake.isIdle(), this::isHopeless);
    var starts = firstOffsets.of(Set.copyOf(partitions), id);
    starting = null;
    starts
        .at()
        .forEach(
            (partition, from) -> {
              intake.begin(partition, from.offset());
              start.put(partition.partition(), from);
            });
    starts
        .refused()
        .forEach(
            (partition, first) -> {
              intake.begin(partition, first); // a paused partition needs a position all the same
              intake.stop(partition, firstOffsets.refusal(partition, first));
            });
    trouble = "";
    listener.assigned(start);
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    if (source.guard().isGone()) { // what could be committed would be of another topic
      onPartitionsLost(partitions);
      return;
    }
    if (listener != null) listener.revoked(numbers(partitions));
    gone(partitions);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    if (listener != null) listener.lost(numbers(partitions));
    gone(partitions);
  }

  private void gone(Collection<TopicPartition> partitions) {
    intake.forget(numbers(partitions));
    oversize.forget(numbers(partitions));
    trouble = "";
  }

  private static List<Integer> numbers(Collection<TopicPartition> partitions) {
    return partitions.stream().map(TopicPartition::partition).toList();
  }

  @Override
  public void pause(Collection<Integer> partitions) {
    intake.pause(partitions);
  }

  @Override
  public void resume(Collection<Integer> partitions) {
    intake.resume(partitions);
  }

  @Override
  public boolean isCaughtUp(int partition) {
    return intake.isCaughtUp(partition);
  }

  @Override
  public Fate publish(Batch batch) {
    var begun = System.nanoTime();
    var fate = tryToPublish(batch);
    observer.published(batch, System.nanoTime() - begun);
    return fate;
  }

  private Fate tryToPublish(Batch batch) {
    if (isHopeless()) {
      abortCause = AbortCause.DISCONNECTED;
      return new Fate.Aborted("stopping without a broker");
    }
    var place = producers.next();
    Producer<byte[], byte[]> producer;
    try {
      producer = producers.ensure(place);
    } catch (KafkaException notNow) {
      return refused(notNow);
    }
    var sent = new SentRecords(batch);
    try {
      producer.beginTransaction();
      sent.send(producer);
      producer.sendOffsetsToTransaction(offsets(batch), consumer.groupMetadata());
    } catch (KafkaException beforeCommit) {
      // nobody has asked for a commit: whatever happens to this transaction, it is not that
      return oversize.judged(abort(producer, place, beforeCommit), abortCause, batch, sent);
    }
    try {
      producer.commitTransaction();
      trouble = "";
      oversize.published(batch);
      return new Fate.Done();
    } catch (KafkaException duringCommit) {
      if (CommitFailures.isAbortable(duringCommit)) {
        return oversize.judged(abort(producer, place, duringCommit), abortCause, batch, sent);
      }
      unknownPlace = place;
      abortCause = AbortCause.LOST; // if it turns out that it did not happen
      trouble =
          "a transaction's fate is being found out after " + CommitFailures.words(duringCommit);
      return new Fate.Unknown(CommitFailures.words(duringCommit));
    }
  }

  /// The offsets that complete the batch's items, with the progress behind them.
  public Map<TopicPartition, OffsetAndMetadata> offsets(Batch batch) {
    var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
    batch
        .offsets()
        .forEach(
            (partition, committed) ->
                offsets.put(
                    new TopicPartition(topic, partition),
                    new OffsetAndMetadata(committed.offset(), committed.metadata())));
    return offsets;
  }

  private Fate abort(Producer<byte[], byte[]> producer, int place, KafkaException why) {
    if (!isHopeless() && CommitFailures.isAbortable(why)) {
      try {
        producer.abortTransaction();
        return refused(why);
      } catch (KafkaException deeper) {
        why.addSuppressed(deeper);
      }
    }
    producers.discard(place);
    if (isHopeless()) return refused(why);
    if (CommitFailures.isFenced(why)) namesakes.check(consumer.groupMetadata(), why);
    try {
      producers.ensure(place); // ends the old transaction now, so that it hides nobody's records
    } catch (KafkaException notNow) {
      why.addSuppressed(notNow);
    }
    return refused(why);
  }

  private Fate refused(KafkaException why) {
    for (Throwable cause = why; cause != null; cause = cause.getCause()) {
      if (cause instanceof AuthorizationException denied) {
        throw new WorkerException(
            "not allowed to publish: "
                + source.denial().apply(denied)
                + "; grant it and start again",
            denied);
      }
    }
    abortCause = AbortCause.of(why);
    trouble = "publishing failed and is tried again: " + CommitFailures.words(why);
    return new Fate.Aborted(CommitFailures.words(why));
  }

  @Override
  public void known(Batch batch, boolean happened) {
    if (happened) observer.happened(batch);
    else observer.aborted(abortCause);
  }

  @Override
  public boolean recover(Batch batch) {
    if (isHopeless()) return false;
    if (unknownPlace < 0) return true;
    try {
      producers.discard(unknownPlace);
      producers.ensure(unknownPlace); // from here on the old transaction has ended, either way
      unknownPlace = -1;
      return true;
    } catch (KafkaException notYet) {
      notRead(notYet);
      return false;
    }
  }

  @Override
  public Optional<Map<Integer, Committed>> committed(Collection<Integer> partitions) {
    var asked = new HashSet<TopicPartition>();
    for (var partition : partitions) asked.add(new TopicPartition(topic, partition));
    try {
      var committed = new HashMap<Integer, Committed>();
      consumer
          .committed(asked, COMMITTED_WAIT)
          .forEach(
              (partition, found) -> {
                if (found != null) {
                  committed.put(
                      partition.partition(), new Committed(found.offset(), found.metadata()));
                }
              });
      return Optional.of(committed);
    } catch (KafkaException notYet) {
      notRead(notYet);
      return Optional.empty();
    }
  }

  private static void notRead(KafkaException notYet) {
    LOG.warn(
        "can't read back yet whether the last transaction happened: {}",
        CommitFailures.words(notYet));
  }

  /// From here on a broker that is away is not waited for: whoever comes next reads the truth. Any
  /// thread.
  public void stopping() {
    stopping = true;
  }

  /// Whether nothing that needs a broker is worth trying.
  public boolean isHopeless() {
    return stopping && source.connections().areGone();
  }

  /// Next offset of each partition that the lane gets.
  public Map<Integer, Long> positions() {
    return intake.positions();
  }

  /// A record that no consumer can read here: its partition is stopped in front of it. To skip it
  /// would lose an item unseen; as a dead letter it can't be kept, because its bytes can't be had.
  public void unreadable(TopicPartition partition, long offset, String why) {
    intake.stop(
        partition,
        "%s can't be read at offset %d: %s; give the worker more memory (-Xmx), or go past the record:"
                .formatted(partition, offset, why)
            + " stop the phase's workers when all before it is done, and set the group's offset to"
            + " %d (kafka-consumer-groups --group %s --topic %s:%d --reset-offsets --to-offset %d"
                .formatted(
                    offset + 1,
                    consumer.groupMetadata().groupId(),
                    topic,
                    partition.partition(),
                    offset + 1)
            + " --execute)");
  }

  /// The partitions that can't be read, and why.
  public Map<Integer, String> stopped() {
    return intake.stopped();
  }

  /// Problem that prevents publishing or reading, in words; empty when there is none. Any thread.
  public String trouble() {
    var reading = starting;
    var words = reading == null ? "" : reading.words();
    if (words.isEmpty()) words = source.guard().trouble();
    if (words.isEmpty()) words = oversize.trouble();
    return words.isEmpty() ? trouble : words;
  }
}
