package dev.phaseline.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Context of one attempt: the facts that its handler may use. Thread-safe; valid until the handler
/// returns.
public interface PhaseContext {

  /// The pipeline's name.
  String pipeline();

  /// The phase's name.
  String phase();

  /// The job that this item belongs to: chosen by the submitter, or `topic-partition-offset`.
  String jobId();

  /// The item's place in its job: `/` for the item that the job started with, `/3` for its fourth
  /// child, `/3/0` for that one's first child.
  String path();

  /// The item's id: job id followed by the path, or the job id alone for the first item.
  default String itemId() {
    return path().equals("/") ? jobId() : jobId() + path();
  }

  /// The ordering key, as text where it is text; empty when the record has none.
  Optional<String> key();

  /// Number of this attempt, from 1, without gaps.
  int attempt();

  /// Time by which the job as a whole must have ended, if its submission names one.
  Optional<Instant> deadline();

  /// Tags that the submitter gave the job.
  Map<String, String> tags();

  /// A name for this work (pipeline, phase, job, item) that stays the same over attempts, restarts
  /// and redeliveries: hand it to gateways that take an idempotency key.
  String idempotencyKey();

  /// Whether this is the phase's compensation, which undoes what its handler has done for the item
  /// under the same [#idempotencyKey()].
  default boolean compensating() {
    return false;
  }

  /// Heartbeat of the attempt: its timeout starts again from now. Cheap; call it in any loop.
  void heartbeat();

  /// As [#heartbeat()], with words for the operator.
  ///
  /// @param fraction how much is done, from 0 to 1; values outside are moved to the nearer end
  /// @param note at most 200 characters are kept
  void progress(double fraction, String note);

  /// Whether this attempt has been given up (timeout, revoked partition, stop): a handler that
  /// loops should look here, its result no longer counts.
  boolean abandoned();

  /// Whether an operator has cancelled the job: the item ends as cancelled, whatever the handler
  /// comes to, so it should stop as soon as it can do so cleanly. Its thread was interrupted once.
  boolean cancelled();

  /// The longest time for which a record of this phase's topic can be read, from when it was
  /// written: as long as code must remember an item that is not to be worked on twice. That is the
  /// topic's retention and what brokers take to apply it; the duration of
  /// [java.time.temporal.ChronoUnit#FOREVER] when the topic has no such limit. Empty when it is not
  /// known.
  default Optional<Duration> retention() {
    return Optional.empty();
  }

  /// The outcomes of this phase as bytes, for a handler that keeps them with what it did.
  ///
  /// @throws UnsupportedOperationException when the context belongs to no pipeline, as one that a
  ///   test has made of names
  default OutcomeCodec outcomes() {
    throw new UnsupportedOperationException(
        "this context knows no pipeline, so it has no codecs for outcomes");
  }

  /// A logger whose lines carry the pipeline, phase, job, item and attempt.
  System.Logger logger();
}
