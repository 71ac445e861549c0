package dev.phaseline.producer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.InvalidTimerException;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.ItemVersion;
import dev.phaseline.schemas.RecordSize;
import dev.phaseline.schemas.Timer;
import dev.phaseline.schemas.TimerIds;
import dev.phaseline.schemas.TimerRecords;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/// Records of requests, for [JobClient] and for programs that keep a job elsewhere until Kafka has
/// it, such as an outbox. Everything that can go wrong with a request goes wrong here, before Kafka
/// sees it: a send that fails would poison the caller's transaction.
///
/// Guarantees: a record that was made can be sent as it is, any number of times and from any
/// process, and is the same job each time. No broker is asked; an encoder may ask its registry.
/// Thread-safe.
///
/// @param settings names, limits and clock
public record JobRecords(JobClient.Settings settings) {
  private static final int ID_BYTES = 20;

  /// A record and the id of its job.
  ///
  /// @param jobId given or derived
  /// @param pipeline the job's
  /// @param record ready to be sent
  public record Prepared(String jobId, String pipeline, ProducerRecord<byte[], byte[]> record) {}

  /// The record of a request, encoded and checked.
  ///
  /// @throws SubmitException with what is wrong
  public <T> Prepared prepare(JobType<T> type, JobRequest<T> request) {
    var now = settings.clock().instant();
    var deadline = request.deadline();
    if (deadline != null && !deadline.isAfter(now)) {
      throw failed(
          request.id(),
          new SubmitFailure.InvalidRequest("its deadline " + deadline + " has passed"));
    }
    var topic = settings.names().phase(type.pipeline(), type.phase());
    var payload = encode(type, request, topic);
    if (payload.length > settings.payloadBytesMax()) {
      throw failed(
          request.id(),
          new SubmitFailure.TooBig(
              payload.length, settings.payloadBytesMax(), "the limit payloadBytesMax"));
    }
    var key = request.key() == null ? null : request.key().getBytes(UTF_8);
    var given = request.id();
    var id = given == null ? idOf(type.pipeline(), key, payload) : given;
    var first = record(topic, key, payload, headers(id, request, now));
    if (type.version() != ItemVersion.UNNAMED) {
      ItemVersion.submit(first.headers(), type.version());
    }
    var trace = settings.trace();
    if (trace != null && request.trace() == null) trace.addTo(first.headers());
    var record =
        request.start() == null ? first : later(request, request.start().from(now), now, first);
    var bytes = RecordSize.of(record);
    if (bytes > settings.recordBytesMax()) {
      throw failed(
          id,
          new SubmitFailure.TooBig(bytes, settings.recordBytesMax(), "the limit recordBytesMax"));
    }
    return new Prepared(id, type.pipeline(), record);
  }

  /// The timer that becomes this record.
  private ProducerRecord<byte[], byte[]> later(
      JobRequest<?> request, Instant due, Instant now, ProducerRecord<byte[], byte[]> record) {
    var deadline = request.deadline();
    if (deadline != null && !deadline.isAfter(due)) {
      throw failed(
          request.id(),
          new SubmitFailure.InvalidRequest(
              "its deadline "
                  + deadline
                  + " is not after "
                  + due
                  + ", before which it can't start"));
    }
    var item = ItemHeaders.read(record.topic(), 0, 0, record.headers());
    var id = TimerIds.ofJob(record.topic(), item.jobId());
    try {
      var timer =
          new Timer(id, due, record.topic(), record.key(), record.value(), record.headers());
      return new TimerRecords(settings.names()).schedule(timer, now);
    } catch (InvalidTimerException invalid) {
      throw failed(
          item.jobId(), new SubmitFailure.InvalidRequest(String.valueOf(invalid.getMessage())));
    }
  }

  /// The record that takes a job away which was submitted for later.
  ///
  /// @throws IllegalArgumentException when the id is not valid
  public Prepared withdrawal(JobType<?> type, String jobId) {
    ItemHeaders.checkJobId(jobId);
    var topic = settings.names().phase(type.pipeline(), type.phase());
    var cancel = new TimerRecords(settings.names()).cancel(TimerIds.ofJob(topic, jobId));
    return new Prepared(jobId, type.pipeline(), cancel);
  }

  /// The one call into an encoder. It may throw whatever it likes, errors included, and that is its
  /// job's failure alone: of a batch the jobs before it are on their way, and need their receipts.
  private static <T> byte[] encode(JobType<T> type, JobRequest<T> request, String topic) {
    byte[] payload;
    try {
      payload = type.encoder().encode(topic, request.payload());
    } catch (Throwable thrown) {
      throw refused(request.id(), thrown);
    }
    if (isNull(payload)) {
      throw failed(request.id(), new SubmitFailure.EncodingFailed("the encoder returned null"));
    }
    return payload;
  }

  private static SubmitException refused(@Nullable String id, Throwable thrown) {
    var failure = UnwrappedFailure.failureIn(thrown);
    if (failure instanceof InterruptedException) Thread.currentThread().interrupt();
    return new SubmitException(
        id,
        failure instanceof RetriableException
            ? new SubmitFailure.RegistryDown(oneLine(failure))
            : new SubmitFailure.EncodingFailed(oneLine(failure)),
        thrown);
  }

  /// Encoders are written by others, who may not be null-marked.
  private static boolean isNull(byte @Nullable [] payload) {
    return payload == null;
  }

  private static ItemHeaders headers(String id, JobRequest<?> request, Instant now) {
    var tags = request.tags().isEmpty() ? null : ItemHeaders.encodeTags(request.tags());
    var submitted = now.truncatedTo(ChronoUnit.MILLIS);
    var job =
        ItemHeaders.JobFacts.NONE
            .withDeadline(request.deadline())
            .withSubmitted(submitted)
            .withTags(tags);
    var trace = request.trace();
    return ItemHeaders.ofJob(id)
        .withJob(job)
        .withTrace(
            trace == null
                ? ItemHeaders.TraceContext.NONE
                : new ItemHeaders.TraceContext(trace.parent(), trace.state()));
  }

  private static ProducerRecord<byte[], byte[]> record(
      String topic, byte @Nullable [] key, byte[] payload, ItemHeaders headers) {
    return new ProducerRecord<>(topic, null, null, key, payload, headers.toKafka());
  }

  /// The rule of [JobRequest#idFromContent].
  static String idOf(String pipeline, byte @Nullable [] key, byte[] payload) {
    MessageDigest sha;
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
    sha.update(pipeline.getBytes(UTF_8));
    sha.update((byte) 0);
    sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(key == null ? -1 : key.length).array());
    if (key != null) sha.update(key);
    sha.update(payload);
    return HexFormat.of().formatHex(sha.digest(), 0, ID_BYTES);
  }

  private static SubmitException failed(@Nullable String id, SubmitFailure failure) {
    return new SubmitException(id, failure, null);
  }

  /// An exception's words on one line, however it is made.
  static String oneLine(Throwable thrown) {
    return UnwrappedFailure.wordsOf(thrown).replaceAll("\\s*\\R\\s*", " ").strip();
  }
}
