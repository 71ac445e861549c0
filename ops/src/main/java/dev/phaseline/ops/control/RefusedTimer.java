package dev.phaseline.ops.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.PartitionOffset;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// A timer that the scheduler did not take, as `<ns>.timers.dead` keeps it; what it does not say is
/// empty. Immutable.
///
/// @param at when it was refused
/// @param place its record in that topic
/// @param id its id
/// @param job whose
/// @param target the topic where it should have gone
/// @param kind `invalid`, `no_topic` or `too_big`
/// @param reason why, in words
public record RefusedTimer(
    Instant at,
    PartitionOffset place,
    String id,
    String job,
    String target,
    String kind,
    String reason) {

  static RefusedTimer of(ConsumerRecord<byte[], byte[]> record) {
    return new RefusedTimer(
        Instant.ofEpochMilli(Math.max(0, record.timestamp())),
        new PartitionOffset(record.partition(), record.offset()),
        record.key() == null ? "" : new String(record.key(), UTF_8),
        text(record, HeaderNames.JOB),
        text(record, HeaderNames.TARGET),
        text(record, HeaderNames.KIND),
        text(record, HeaderNames.REASON));
  }

  private static String text(ConsumerRecord<byte[], byte[]> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
  }
}
