package dev.phaseline.worker.kafka;

import dev.phaseline.core.engine.Batch;
import dev.phaseline.schemas.RecordSize;
import dev.phaseline.worker.client.GuardedPartitioner;
import dev.phaseline.worker.item.KafkaSettlement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/// The records of one transaction on their way, and the items to which those belong that a broker
/// does not take. Owned by the lane's thread.
final class SentRecords {
  private final Batch batch;
  private final List<Future<RecordMetadata>> sent = new ArrayList<>(); // in the batch's order

  SentRecords(Batch batch) {
    this.batch = batch;
  }

  /// Sends all of the batch's records, up to the first that is refused at once.
  ///
  /// @throws KafkaException why it is refused
  void send(Producer<byte[], byte[]> producer) {
    for (var place = 0; place < batch.size(); place++) {
      // a send that fails makes the commit fail: no callback is needed, and none may throw
      for (var record : KafkaSettlement.recordsOf(batch.settlement(place))) {
        var future = producer.send(record);
        sent.add(future);
        stopAtRefusal(future);
      }
    }
  }

  /// A producer that can't learn where a topic is refuses a send after it has waited for that, ten
  /// seconds: a batch of a thousand items must not wait a thousand times.
  private static void stopAtRefusal(Future<RecordMetadata> sent) {
    if (!sent.isDone() || sent.state() != Future.State.FAILED) return;
    var why = sent.exceptionNow();
    throw why instanceof KafkaException known ? known : new KafkaException(why);
  }

  /// The item whose record is too large, by its place in the batch, and why. Empty when that can't
  /// be known.
  ///
  /// The producer splits a batch of several records until one is left, so the record that is
  /// refused has failed with that error. But after it, the producer fails all records that it has
  /// not sent yet, with the same error: of several, some may be small.
  Map<Integer, String> tooLarge() {
    var found = failedAsTooLarge();
    return found.size() == 1 ? found : Map.of();
  }

  private Map<Integer, String> failedAsTooLarge() {
    var found = new HashMap<Integer, String>();
    var futures = sent.iterator();
    for (var place = 0; place < batch.size(); place++) {
      for (var record : KafkaSettlement.recordsOf(batch.settlement(place))) {
        if (!futures.hasNext()) return found;
        if (isTooLarge(futures.next())) found.putIfAbsent(place, words(record));
      }
    }
    return found;
  }

  private static boolean isTooLarge(Future<RecordMetadata> sent) {
    return failure(sent, each -> each instanceof RecordTooLargeException) != null;
  }

  /// The first of the causes of a failed send that is such a one; null when there is none.
  private static @Nullable Throwable failure(
      Future<RecordMetadata> sent, Predicate<Throwable> such) {
    if (!sent.isDone() || sent.state() != Future.State.FAILED) return null;
    for (var cause = sent.exceptionNow(); cause != null; cause = cause.getCause()) {
      if (such.test(cause)) return cause;
    }
    return null;
  }

  /// The reason why the only item of a group is refused, whatever its size. Of several it isn't
  /// told: a broker may refuse a whole batch for one of its records in the same words.
  String refusal() {
    var futures = sent.iterator();
    for (var record : KafkaSettlement.recordsOf(batch.settlement(0))) {
      if (!futures.hasNext()) break;
      var why = failure(futures.next(), SentRecords::isInvalid);
      if (why != null) {
        var how =
            why instanceof GuardedPartitioner.NoPartitionException
                ? " gets no partition: "
                : " is refused by the broker: ";
        return "output for " + record.topic() + how + why.getMessage();
      }
    }
    return "output is refused by the broker";
  }

  private static boolean isInvalid(Throwable failure) {
    return failure instanceof InvalidRecordException
        || failure instanceof InvalidTimestampException;
  }

  /// The reason for the only item of a group, when the refused record is not known.
  static String words(List<ProducerRecord<byte[], byte[]>> output) {
    var largest = output.getFirst();
    for (var each : output) if (RecordSize.of(each) > RecordSize.of(largest)) largest = each;
    return words(largest);
  }

  private static String words(ProducerRecord<byte[], byte[]> record) {
    return "output for "
        + record.topic()
        + " has "
        + RecordSize.of(record)
        + " bytes with key and headers, more than the topic takes now";
  }
}
