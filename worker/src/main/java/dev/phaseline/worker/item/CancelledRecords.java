package dev.phaseline.worker.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.core.engine.Item;
import dev.phaseline.core.engine.ItemHistory;
import dev.phaseline.core.engine.LaneOrders;
import dev.phaseline.core.engine.Settlement;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.ItemIdentity;
import dev.phaseline.schemas.MalformedHeaderException;
import dev.phaseline.schemas.RecordRef;
import dev.phaseline.schemas.RecordSize;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.worker.Placement;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/// Knows the items of cancelled jobs and writes their end: a record of `done` without a value,
/// which says that it was cancelled and in which phase. Immutable.
///
/// @param placement the phase
/// @param topics the namespace
/// @param jobs the ids of the pipeline's cancelled jobs
public record CancelledRecords(Placement placement, TopicNames topics, Set<String> jobs)
    implements LaneOrders.Cancelled {

  @Override
  public boolean has(Item item) {
    var record = KafkaItem.recordOf(item);
    return jobs.contains(
        ItemIdentity.jobIdOf(
            record.topic(), record.partition(), record.offset(), record.headers()));
  }

  @Override
  public Settlement settlementOf(ItemHistory attempted) {
    var record = KafkaItem.recordOf(attempted.item());
    var headers = headers(record, placement.phase());
    headers.add(HeaderNames.ENDED, HeaderNames.ENDED_CANCELLED.getBytes(UTF_8));
    headers.add(HeaderNames.PHASE, placement.phase().getBytes(UTF_8));
    var out =
        new ProducerRecord<byte[], byte[]>(
            topics.done(placement.pipeline().name()), null, record.key(), null, headers);
    return KafkaSettlement.of(out, RecordSize.of(out));
  }

  private static Headers headers(ConsumerRecord<byte[], byte[]> record, String phase) {
    var parent = new RecordRef(phase, record.partition(), record.offset());
    try {
      var item =
          ItemHeaders.read(record.topic(), record.partition(), record.offset(), record.headers());
      return ForeignHeaders.copy(record.headers(), item.forNext(parent).toKafka());
    } catch (MalformedHeaderException unreadable) {
      // whose it is can be read in any case, and that is enough to end it
      var its =
          ItemIdentity.read(record.topic(), record.partition(), record.offset(), record.headers());
      var item =
          ItemHeaders.of(
              new ItemHeaders.Identity(
                  its.jobId(), its.path(), its.siblings(), its.generation(), parent));
      return ForeignHeaders.copy(record.headers(), item.toKafka());
    }
  }
}
