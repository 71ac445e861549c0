package dev.phaseline.worker.item;

import dev.phaseline.core.FailedAttempt;
import dev.phaseline.core.OutcomeCodec;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.run.Arrival;
import dev.phaseline.core.run.EmissionFactory;
import dev.phaseline.core.run.Saga;
import dev.phaseline.core.run.Target;
import dev.phaseline.core.run.VersionedProgram;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.IdempotencyKey;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.ItemVersion;
import dev.phaseline.schemas.RecordSize;
import dev.phaseline.worker.topic.KeyPlaces;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// One attempt at one item: its handler's context, and its record for the phase's program. One
/// object is all of that, because one is made for each attempt.
///
/// The context is thread-safe, the rest is the runner's thread's.
final class ItemRun
    implements PhaseContext, Arrival, EmissionFactory<ProducerRecord<byte[], byte[]>> {
  private static final int NOTE_CHARS_MAX = 200;

  private final Shared shared;
  private final Attempt attempt;
  private @Nullable ItemHeaders headers; // read when they are asked for; any thread may
  private final boolean isPlain; // without a deadline and without a saga
  private final boolean hasDeadline;
  private final @Nullable AttemptSpan span;
  private @Nullable Origin inSpan; // made for the first of what leaves the phase

  /// The same for all items of a lane. Immutable.
  ///
  /// @param outputs makes records
  /// @param keys receives the keys that are handled; null for none
  /// @param history reads the failed attempts of an item
  /// @param program the phase's
  record Shared(
      OutputRecords outputs,
      @Nullable KeyPlaces keys,
      AttemptHistory history,
      VersionedProgram program) {}

  /// The item as if its record had been written in the span of its attempt.
  private record Origin(ConsumerRecord<byte[], byte[]> record, ItemHeaders headers) {}

  /// @param headers null: sound, without a deadline or a saga, and not read yet
  /// @param span null without spans
  ItemRun(
      Shared shared, Attempt attempt, @Nullable ItemHeaders headers, @Nullable AttemptSpan span) {
    this.shared = shared;
    this.attempt = attempt;
    this.headers = headers;
    this.isPlain = headers == null;
    this.hasDeadline = headers != null && headers.job().deadline() != null;
    this.span = span;
  }

  private ItemHeaders headers() {
    var read = headers; // immutable: it does not matter which thread reads it first
    if (read == null) {
      read = headersOf(record());
      headers = read;
    }
    return read;
  }

  /// The headers of a record, decoded.
  ///
  /// @throws dev.phaseline.schemas.MalformedHeaderException when one of ours can't be read
  static ItemHeaders headersOf(ConsumerRecord<byte[], byte[]> record) {
    return ItemHeaders.read(record.topic(), record.partition(), record.offset(), record.headers());
  }

  private ConsumerRecord<byte[], byte[]> record() {
    return KafkaItem.recordOf(attempt.item());
  }

  @Override
  public byte @Nullable [] payload() {
    return record().value();
  }

  @Override
  public byte @Nullable [] keyBytes() {
    return record().key();
  }

  @Override
  public boolean isHandedOn() {
    return record().headers().lastHeader(HeaderNames.PARENT) != null;
  }

  @Override
  public int version() {
    return ItemVersion.of(record().headers()); // which were found sound
  }

  @Override
  public Saga saga() {
    return isPlain ? Saga.NONE : SagaHeaders.read(headers().saga());
  }

  @Override
  public List<FailedAttempt> history() {
    return shared.history().attempts(attempt);
  }

  @Override
  public PhaseContext context() {
    return this;
  }

  @Override
  public void begins() {
    var keys = shared.keys();
    var key = keyBytes();
    if (keys == null || key == null) return;
    keys.handled(key, record().partition(), attempt.number() == 1);
  }

  /// The record that others are made of: they go on in the attempt's span.
  private ConsumerRecord<byte[], byte[]> origin() {
    return span == null ? record() : inSpan(span).record();
  }

  private Origin inSpan(AttemptSpan its) {
    if (inSpan == null) {
      var from = shared.outputs().inSpan(its, record());
      inSpan = new Origin(from, LaneSpans.withTraceOf(from, headers()));
    }
    return inSpan;
  }

  @Override
  public ProducerRecord<byte[], byte[]> forward(
      Target<?> to, byte @Nullable [] key, byte[] payload, Saga saga) {
    return shared.outputs().forward(to, key, payload, origin(), saga);
  }

  @Override
  public ProducerRecord<byte[], byte[]> child(
      Target<?> to, String path, int siblings, byte @Nullable [] key, byte[] payload) {
    var parent = span == null ? headers() : inSpan(span).headers();
    var child = shared.outputs().childOf(parent, path, siblings, record());
    return shared.outputs().child(to.topic(), to.version(), key, payload, origin(), child);
  }

  @Override
  public ProducerRecord<byte[], byte[]> rekeyed(
      Target<?> same, int version, byte @Nullable [] key) {
    return shared.outputs().again(same.topic(), version, key, record(), headers());
  }

  @Override
  public ProducerRecord<byte[], byte[]> end(int version, byte @Nullable [] result) {
    return shared.outputs().end(version, result, origin());
  }

  @Override
  public ProducerRecord<byte[], byte[]> compensated(int version, Saga saga) {
    return shared.outputs().compensated(version, saga, origin());
  }

  @Override
  public long bytes(ProducerRecord<byte[], byte[]> made) {
    return RecordSize.of(made);
  }

  @Override
  public long room(String topic, long wanted) {
    return shared.outputs().room(topic, wanted);
  }

  @Override
  public String pipeline() {
    return shared.outputs().pipeline();
  }

  @Override
  public String phase() {
    return shared.outputs().phase();
  }

  @Override
  public String jobId() {
    return headers().jobId();
  }

  @Override
  public String path() {
    return headers().path();
  }

  @Override
  public Optional<String> key() {
    var key = keyBytes();
    return key == null ? Optional.empty() : Optional.of(new String(key, StandardCharsets.UTF_8));
  }

  @Override
  public int attempt() {
    return attempt.number();
  }

  @Override
  public Optional<Instant> deadline() {
    return hasDeadline ? headers().job().deadlineIfAny() : Optional.empty();
  }

  @Override
  public Map<String, String> tags() {
    return headers().job().tagMap();
  }

  @Override
  public String idempotencyKey() {
    return IdempotencyKey.of(pipeline(), phase(), jobId(), path());
  }

  @Override
  public boolean compensating() {
    return headers().saga().compensating() != null;
  }

  @Override
  public void heartbeat() {
    attempt.heartbeat(System.nanoTime());
  }

  @Override
  public void progress(double fraction, @Nullable String note) {
    heartbeat();
    var words = note == null ? "" : note; // a note must not fail an attempt
    var kept = words.length() <= NOTE_CHARS_MAX ? words : words.substring(0, NOTE_CHARS_MAX);
    var percent = Math.round(Math.clamp(fraction, 0.0, 1.0) * 100);
    logger().log(System.Logger.Level.DEBUG, () -> percent + " %: " + kept);
  }

  @Override
  public boolean abandoned() {
    return attempt.abandoned();
  }

  @Override
  public boolean cancelled() {
    return attempt.cancelled();
  }

  @Override
  public Optional<Duration> retention() {
    return shared.outputs().retention();
  }

  @Override
  public OutcomeCodec outcomes() {
    return shared.program().outcomes(this);
  }

  @Override
  public System.Logger logger() {
    return new ItemLogger(
        new ItemLogger.About(pipeline(), phase(), jobId(), headers().itemId(), attempt()));
  }
}
