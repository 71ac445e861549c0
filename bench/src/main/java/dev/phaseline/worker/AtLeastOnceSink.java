package dev.phaseline.worker;

import dev.phaseline.core.engine.Batch;
import dev.phaseline.core.engine.Sink;
import dev.phaseline.worker.item.KafkaSettlement;
import dev.phaseline.worker.kafka.CommitFailures;
import dev.phaseline.worker.kafka.KafkaLog;
import java.util.ArrayList;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;

/// A sink without transactions: outputs first, and their offsets when the broker has confirmed all
/// of them. A crash in between repeats results. Owned by the lane's thread.
final class AtLeastOnceSink implements Sink {
  private final KafkaLog log;
  private final Consumer<byte[], byte[]> consumer;
  private final Producer<byte[], byte[]> producer;

  AtLeastOnceSink(
      KafkaLog log, Consumer<byte[], byte[]> consumer, Producer<byte[], byte[]> producer) {
    this.log = log;
    this.consumer = consumer;
    this.producer = producer;
  }

  @Override
  public Fate publish(Batch batch) {
    if (log.isHopeless()) return new Fate.Aborted("stopping without a broker");
    try {
      send(batch);
      consumer.commitSync(log.offsets(batch));
      return new Fate.Done();
    } catch (RetriableException notNow) { // any other ends the lane's clients
      return new Fate.Aborted(CommitFailures.words(notNow));
    }
  }

  /// @throws KafkaException why a record is not in its topic
  private void send(Batch batch) {
    var sent = new ArrayList<Future<RecordMetadata>>();
    for (var settlement : batch.settlements()) {
      for (var output : KafkaSettlement.recordsOf(settlement)) sent.add(producer.send(output));
    }
    producer.flush(); // waits for all, and reports no failure
    for (var one : sent) {
      if (one.state() != Future.State.FAILED) continue;
      var why = one.exceptionNow();
      throw why instanceof KafkaException known ? known : new KafkaException(why);
    }
  }

  /// There is no unknown fate here: a commit that may have happened is made again.
  @Override
  public boolean recover(Batch batch) {
    return true;
  }
}
