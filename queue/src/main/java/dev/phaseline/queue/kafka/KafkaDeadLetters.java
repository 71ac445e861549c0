package dev.phaseline.queue.kafka;

import static dev.phaseline.queue.kafka.ItemRecords.put;

import dev.phaseline.queue.DeadItem;
import dev.phaseline.queue.DeadLetters;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.RecordRef;
import dev.phaseline.schemas.TopicNames;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// Dead letters of queues, in the form of those of pipelines: the record as it came, and beside it
/// why. So the same tools list, show, edit and redrive them. Thread-safe.
///
/// @param records gives the record of an item that is claimed; null: it is another storage's
/// @param clients writes them
record KafkaDeadLetters(Records records, KafkaClients clients) implements DeadLetters {
  private static final int REASON_CHARS_MAX = 1_000;

  /// Finder of records.
  @FunctionalInterface
  interface Records {
    /// The record of a letter's item; null when there is none.
    @Nullable ConsumerRecord<byte[], byte[]> of(DeadItem letter);
  }

  @Override
  public void add(DeadItem letter) {
    var record = records.of(letter);
    var headers = record == null ? headersOf(letter) : new RecordHeaders(record.headers());
    put(headers, HeaderNames.JOB, letter.item().id());
    put(headers, HeaderNames.SUBMITTED, letter.created().toString());
    put(headers, HeaderNames.KIND, letter.cause().kind().text());
    put(headers, HeaderNames.REASON, clip(letter.cause().reason()));
    put(headers, HeaderNames.PHASE, TopicNames.QUEUE_ITEMS);
    put(headers, HeaderNames.ATTEMPT, Integer.toString(letter.deliveries()));
    if (record != null) put(headers, HeaderNames.PARENT, placeOf(record));
    var dead =
        new ProducerRecord<>(
            clients.names().queues().dead(letter.queue()),
            null,
            keyOf(record),
            record == null ? letter.item().payload() : record.value(),
            headers);
    new QueueAccess(letter.queue(), clients).write(List.of(dead));
  }

  private static RecordHeaders headersOf(DeadItem letter) {
    return ItemRecords.headersOf(letter.item());
  }

  private static byte @Nullable [] keyOf(@Nullable ConsumerRecord<byte[], byte[]> record) {
    return record == null ? null : record.key();
  }

  private static String placeOf(ConsumerRecord<byte[], byte[]> record) {
    return new RecordRef(TopicNames.QUEUE_ITEMS, record.partition(), record.offset()).toString();
  }

  private static String clip(String text) {
    return text.length() <= REASON_CHARS_MAX ? text : text.substring(0, REASON_CHARS_MAX) + "...";
  }
}
