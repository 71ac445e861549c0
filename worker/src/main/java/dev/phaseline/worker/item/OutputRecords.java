package dev.phaseline.worker.item;

import dev.phaseline.core.run.Saga;
import dev.phaseline.core.run.Target;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.ItemVersion;
import dev.phaseline.schemas.RecordAddress;
import dev.phaseline.schemas.RecordRef;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.topic.TopicWatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Makes the records of what leaves a phase: addressed, with the headers that their item takes
/// along, and the parent that says which record they were made of. Thread-safe.
final class OutputRecords {
  private final Placement placement;
  private final TopicWatch watch;
  private final @Nullable LaneSpans spans;
  private final String doneTopic;
  private final String phaseTopic;

  OutputRecords(
      Placement placement, TopicNames topics, TopicWatch watch, @Nullable LaneSpans spans) {
    this.placement = placement;
    this.watch = watch;
    this.spans = spans;
    this.doneTopic = topics.done(placement.pipeline().name());
    this.phaseTopic = topics.phase(placement.pipeline().name(), placement.phase());
  }

  String pipeline() {
    return placement.pipeline().name();
  }

  String phase() {
    return placement.phase();
  }

  /// The record as if it had been written in this span: what is made of it goes on from there.
  ConsumerRecord<byte[], byte[]> inSpan(AttemptSpan span, ConsumerRecord<byte[], byte[]> record) {
    return spans == null ? record : spans.onwards(span, record);
  }

  /// The item going on to a phase.
  ///
  /// @param saga what travels with it from there on
  ProducerRecord<byte[], byte[]> forward(
      Target<?> to,
      byte @Nullable [] key,
      byte[] payload,
      ConsumerRecord<byte[], byte[]> from,
      Saga saga) {
    var out = onwards(to.topic(), to.version(), key, payload, from);
    if (!saga.isNone()) SagaHeaders.of(saga).addTo(out.headers());
    return out;
  }

  /// The item going on to another record, under a version of its pipeline, without its saga.
  private ProducerRecord<byte[], byte[]> onwards(
      String topic,
      int version,
      byte @Nullable [] key,
      byte @Nullable [] payload,
      ConsumerRecord<byte[], byte[]> from) {
    var out = new ProducerRecord<>(topic, key, payload);
    if (!ForeignHeaders.carryOn(from.headers(), out.headers())) {
      var place = new RecordAddress(from.topic(), from.partition(), from.offset());
      out.headers().add(HeaderNames.JOB, utf8(place.toString()));
    }
    if (version > 1) ItemVersion.put(out.headers(), version);
    out.headers().add(HeaderNames.PARENT, utf8(parent(from).toString()));
    return out;
  }

  /// The record again under another key. It names this record as its parent, so no worker takes it
  /// for one that was submitted.
  ProducerRecord<byte[], byte[]> again(
      String topic,
      int version,
      byte @Nullable [] key,
      ConsumerRecord<byte[], byte[]> from,
      ItemHeaders headers) {
    var out = onwards(topic, version, key, from.value(), from);
    headers.saga().addTo(out.headers());
    if (headers.job().submitted() == null && from.timestamp() >= 0) {
      // later, the record's own time is that of this hop
      var submitted = Instant.ofEpochMilli(from.timestamp()).toString();
      out.headers().add(HeaderNames.SUBMITTED, utf8(submitted));
    }
    return out;
  }

  /// The item's end under a version of its pipeline, with its result if it has one.
  ProducerRecord<byte[], byte[]> end(
      int version, byte @Nullable [] result, ConsumerRecord<byte[], byte[]> from) {
    return onwards(doneTopic, version, from.key(), result, from);
  }

  /// The item's end when all that it had finished is undone.
  ProducerRecord<byte[], byte[]> compensated(
      int version, Saga saga, ConsumerRecord<byte[], byte[]> from) {
    var out = onwards(doneTopic, version, from.key(), null, from);
    out.headers().add(HeaderNames.ENDED, utf8(HeaderNames.ENDED_COMPENSATED));
    SagaHeaders.of(saga).addTo(out.headers());
    return out;
  }

  /// One of the children that the item is split into.
  ///
  /// @param child its headers
  ProducerRecord<byte[], byte[]> child(
      String topic,
      int version,
      byte @Nullable [] key,
      byte[] payload,
      ConsumerRecord<byte[], byte[]> from,
      ItemHeaders child) {
    var out = new ProducerRecord<>(topic, key, payload);
    child.addTo(out.headers());
    if (version > 1) ItemVersion.put(out.headers(), version);
    ForeignHeaders.copy(from.headers(), out.headers());
    return out;
  }

  /// The headers of a child of an item.
  ItemHeaders childOf(
      ItemHeaders item, String path, int siblings, ConsumerRecord<byte[], byte[]> from) {
    return item.forChild(path, siblings, parent(from));
  }

  /// The largest record that the topic takes, looked up anew when it is less than what is wanted:
  /// it may have been raised.
  long room(String topic, long wanted) {
    var room = watch.limits().of(topic);
    return wanted <= room ? room : watch.freshLimits().of(topic);
  }

  /// The longest time for which a record of the phase can be read, as far as is known.
  Optional<Duration> retention() {
    return watch.limits().retention(phaseTopic);
  }

  private RecordRef parent(ConsumerRecord<byte[], byte[]> from) {
    return new RecordRef(placement.phase(), from.partition(), from.offset());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
