package dev.phaseline.queue.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.queue.QueueRules;
import dev.phaseline.queue.StoredItem;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemIdentity;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/// Items as records, and back. The value is the payload; id, creation and earlier deliveries are
/// the headers of pipelines' items, so that the tools for dead letters read them. A record of any
/// other program is an item too: its address is the id. Pure.
final class ItemRecords {
  private ItemRecords() {}

  /// The headers of a new item.
  static RecordHeaders headersOf(StoredItem item) {
    var headers = new RecordHeaders();
    item.headers().forEach((name, value) -> put(headers, name, value));
    put(headers, HeaderNames.JOB, item.id());
    return headers;
  }

  /// The item of a record.
  static StoredItem itemOf(ConsumerRecord<byte[], byte[]> record) {
    var headers = new HashMap<String, String>();
    for (var header : record.headers()) {
      if (header.key().startsWith(QueueRules.OWN_HEADER_START)) continue;
      headers.put(header.key(), header.value() == null ? "" : new String(header.value(), UTF_8));
    }
    var payload = record.value() == null ? new byte[0] : record.value();
    return new StoredItem(identityOf(record).jobId(), headers, payload);
  }

  /// The time at which a record's item was created.
  static Instant createdOf(ConsumerRecord<byte[], byte[]> record) {
    var header = record.headers().lastHeader(HeaderNames.SUBMITTED);
    if (header != null && header.value() != null) {
      try {
        return Instant.parse(new String(header.value(), UTF_8));
      } catch (DateTimeParseException unreadable) {
        // another program's: the record's own time serves
      }
    }
    return Instant.ofEpochMilli(record.timestamp());
  }

  /// Number of the delivery that a record is, from 1: the broker's count and that of the records
  /// that the item had before.
  static int deliveriesOf(ConsumerRecord<byte[], byte[]> record) {
    return identityOf(record).attempt() - 1 + record.deliveryCount().orElse((short) 1);
  }

  /// The headers with which the item of a record goes to another record.
  ///
  /// @param delivery number of the next delivery, from 1
  static RecordHeaders headersAgain(ConsumerRecord<byte[], byte[]> record, int delivery) {
    var headers = new RecordHeaders(record.headers());
    put(headers, HeaderNames.JOB, identityOf(record).jobId());
    put(headers, HeaderNames.SUBMITTED, createdOf(record).toString());
    headers.remove(HeaderNames.ATTEMPT);
    if (delivery > 1) put(headers, HeaderNames.ATTEMPT, Integer.toString(delivery));
    return headers;
  }

  /// The same item as another record of the same topic.
  ///
  /// @param delivery number of the next delivery, from 1
  static ProducerRecord<byte[], byte[]> again(ConsumerRecord<byte[], byte[]> record, int delivery) {
    return new ProducerRecord<>(
        record.topic(), null, record.key(), record.value(), headersAgain(record, delivery));
  }

  private static ItemIdentity identityOf(ConsumerRecord<byte[], byte[]> record) {
    return ItemIdentity.read(record.topic(), record.partition(), record.offset(), record.headers());
  }

  /// Says when an item was created, for a record whose own time is another.
  static void submitted(Headers headers, Instant created) {
    put(headers, HeaderNames.SUBMITTED, created.toString());
  }

  /// Sets a header to one value.
  static void put(Headers headers, String name, String value) {
    headers.remove(name);
    headers.add(name, value.getBytes(UTF_8));
  }
}
