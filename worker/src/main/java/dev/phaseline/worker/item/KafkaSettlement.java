package dev.phaseline.worker.item;

import dev.phaseline.core.engine.Settlement;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/// The records that complete an item, ready to be sent. Every settlement of a worker's lanes is
/// one. Immutable.
///
/// @param output the records, at least one
/// @param bytes what they weigh: [dev.phaseline.schemas.RecordSize]
/// @param dead whether they are a dead letter
public record KafkaSettlement(List<ProducerRecord<byte[], byte[]>> output, long bytes, boolean dead)
    implements Settlement {

  /// One record that is no dead letter.
  static KafkaSettlement of(ProducerRecord<byte[], byte[]> one, long bytes) {
    return new KafkaSettlement(List.of(one), bytes, false);
  }

  /// The records of a settlement of this worker's.
  public static List<ProducerRecord<byte[], byte[]>> recordsOf(Settlement settlement) {
    return ((KafkaSettlement) settlement).output;
  }

  @Override
  public int records() {
    return output.size();
  }

  /// Without the records, which are the user's.
  @Override
  public String toString() {
    return output.size() + " records of " + bytes + " bytes" + (dead ? ", a dead letter" : "");
  }
}
