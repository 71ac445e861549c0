package dev.phaseline.ops.console;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Entry of jobs, as the console uses it: submits what operators give as JSON. Thread-safe.
public interface JobEntry {

  /// The entries of all pipelines, by name.
  List<EntryForm> forms();

  /// Encodes and submits a job; when this returns, it is in Kafka.
  ///
  /// @throws RefusedJobException when it is not, or perhaps not
  Accepted submit(NewJob job);

  /// A job to submit.
  ///
  /// @param pipeline whose job
  /// @param id the job's id
  /// @param key the ordering key
  /// @param json the payload, as JSON
  /// @param start when it may start
  /// @param tags to find it by
  record NewJob(
      String pipeline,
      String id,
      Optional<String> key,
      String json,
      Start start,
      Map<String, String> tags) {
    public NewJob {
      tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
    }
  }

  /// The start of a job.
  sealed interface Start {
    /// At once.
    record Now() implements Start {}

    /// Some time after it was submitted.
    record After(Duration delay) implements Start {}

    /// At a time.
    record At(Instant time) implements Start {}
  }

  /// A job that is in Kafka.
  ///
  /// @param bytes the size of the encoded payload
  /// @param warning what keeps it from starting; empty when nothing is known to
  record Accepted(int bytes, String warning) {}

  /// A job that was not submitted, or perhaps not; the message is one line with the remedy.
  final class RefusedJobException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean payload;
    private final boolean maybeSubmitted;

    private RefusedJobException(String message, boolean payload, boolean maybeSubmitted) {
      super(message);
      this.payload = payload;
      this.maybeSubmitted = maybeSubmitted;
    }

    /// Refusal of the job itself, which no repetition changes.
    public static RefusedJobException ofTheJob(String message) {
      return new RefusedJobException(message, true, false);
    }

    /// Failure of something else.
    ///
    /// @param maybeSubmitted whether the job may be in Kafka all the same
    public static RefusedJobException ofTheCluster(String message, boolean maybeSubmitted) {
      return new RefusedJobException(message, false, maybeSubmitted);
    }

    /// Whether it is the job that has to be changed.
    public boolean isOfTheJob() {
      return payload;
    }

    /// Whether the job may be in Kafka all the same.
    public boolean maybeSubmitted() {
      return maybeSubmitted;
    }
  }
}
