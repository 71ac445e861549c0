package dev.phaseline.cli.submit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.Interrupt;
import dev.phaseline.producer.JobClient;
import dev.phaseline.producer.JobReceipt;
import dev.phaseline.producer.JobRequest;
import dev.phaseline.producer.JobType;
import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Submission of a job for each line of NDJSON, in bounded memory: at most some thousand jobs and
/// some tens of MiB are on their way. It stops at the first line that is refused. For one thread.
final class LineSubmission {
  /// Of what is on its way, in KiB; a job counts as 8 at least.
  private static final int UNDER_WAY_KIB = 32 << 10;

  private static final int JOB_KIB_MIN = 8;

  private final JsonEncoder encoder;
  private final JobOptions options;
  private final Naming naming;
  private final long firstLine;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicBoolean noScheduler = new AtomicBoolean();
  private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();

  /// Sources of the ids and keys of jobs.
  ///
  /// @param idPrefix an id is this and the line's number; null: none is
  /// @param idField the member of each payload that is its job's id; null: none is
  /// @param keyField the member that is its ordering key; null: none is
  record Naming(@Nullable String idPrefix, @Nullable String idField, @Nullable String keyField) {}

  private record Failure(long line, String message) {}

  /// @param firstLine lines before this one are passed over
  LineSubmission(JsonEncoder encoder, JobOptions options, Naming naming, long firstLine) {
    this.encoder = encoder;
    this.options = options;
    this.naming = naming;
    this.firstLine = firstLine;
  }

  /// Encodes all lines and submits none.
  ///
  /// @return the number of lines that are jobs
  /// @throws CommandFailure naming the first line that is refused
  long check(InputStream in) throws IOException {
    var lines = new PayloadLines(in);
    var jobs = 0L;
    for (var line = lines.next(); line != null; line = lines.next()) {
      if (lines.number() < firstLine) continue;
      try {
        var _ = request(line, lines.number());
      } catch (RefusedPayloadException | CommandFailure refused) {
        throw CommandFailure.usage(
            "line " + lines.number() + ": " + refused.getMessage() + "; nothing was submitted");
      }
      jobs++;
    }
    return jobs;
  }

  /// Submits all lines.
  ///
  /// @param progress gets the number of jobs that are in Kafka, after each line
  /// @return the number of jobs that are in Kafka
  /// @throws CommandFailure naming the first line that was refused, and from where to go on
  long submit(
      InputStream in,
      JobClient client,
      JobType<byte[]> type,
      LongConsumer progress,
      Interrupt interrupt)
      throws IOException, InterruptedException {
    var room = new Semaphore(UNDER_WAY_KIB);
    var lines = new PayloadLines(in);
    for (var line = lines.next();
        line != null && failure.get() == null && !interrupt.requested();
        line = lines.next()) {
      if (lines.number() < firstLine) continue;
      send(line, lines.number(), client, type, room);
      progress.accept(acknowledged.get());
    }
    client.flush();
    room.acquire(UNDER_WAY_KIB); // all receipts are there
    progress.accept(acknowledged.get());
    var failed = failure.get();
    if (failed != null) throw stopped(failed);
    return acknowledged.get();
  }

  /// Whether a job for later was submitted while no scheduler ran.
  boolean lacksScheduler() {
    return noScheduler.get();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the receipts are counted
  private void send(
      byte[] line, long number, JobClient client, JobType<byte[]> type, Semaphore room)
      throws InterruptedException {
    JobRequest<byte[]> request;
    try {
      request = request(line, number);
    } catch (RefusedPayloadException | CommandFailure refused) {
      failed(number, String.valueOf(refused.getMessage()));
      return;
    }
    var kib = Math.clamp(request.payload().length >> 10, JOB_KIB_MIN, UNDER_WAY_KIB);
    room.acquire(kib);
    client
        .submit(type, request)
        .whenComplete(
            (receipt, thrown) -> {
              if (thrown != null) failed(number, String.valueOf(thrown.getMessage()));
              else acknowledged(receipt);
              room.release(kib);
            });
  }

  private void acknowledged(JobReceipt receipt) {
    acknowledged.incrementAndGet();
    if (receipt.scheduler() == JobReceipt.Scheduler.MISSING) noScheduler.set(true);
  }

  /// The earliest line counts: those behind it may have got through.
  private void failed(long number, String message) {
    failure.accumulateAndGet(
        new Failure(number, message),
        (known, other) -> {
          if (known == null) return other;
          return other == null || known.line() <= other.line() ? known : other;
        });
  }

  private CommandFailure stopped(Failure failed) {
    var jobs = acknowledged.get();
    var message =
        "line %d: %s; %,d %s submitted before; go on with --from-line %d%s"
            .formatted(
                failed.line(),
                failed.message(),
                jobs,
                jobs == 1 ? "job was" : "jobs were",
                failed.line(),
                naming.idPrefix() == null && naming.idField() == null
                    ? "; --id-prefix keeps ids the same when lines are submitted again"
                    : "");
    return CommandFailure.of(message);
  }

  private JobRequest<byte[]> request(byte[] line, long number) {
    var payload = encoder.encode(line);
    var key = naming.keyField() == null ? null : member(line, naming.keyField());
    return options.request(id(line, number), payload, key);
  }

  private String id(byte[] line, long number) {
    if (naming.idField() != null) return member(line, naming.idField());
    return naming.idPrefix() == null ? UUID.randomUUID().toString() : naming.idPrefix() + number;
  }

  private static String member(byte[] line, String name) {
    JsonNode value = JsonEncoder.parsed(line).path(name);
    if (value.isValueNode() && !value.isNull() && !value.asText().isEmpty()) return value.asText();
    throw new RefusedPayloadException("there is no member '" + name + "' with a text or a number");
  }
}
