package dev.phaseline.outbox;

import org.jspecify.annotations.Nullable;

/// A row of the outbox: a job that waits for its way into Kafka.
///
/// @param id its number, higher than those of earlier rows of its key
/// @param jobId the job's
/// @param topic the topic that it goes to
/// @param key the record's key; null for none
/// @param headers the record's headers as a line ([HeaderLine])
/// @param payload the record's value; null of a withdrawal
/// @param createdMs the time of the submission, by the submitter's clock
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record OutboxRow(
    long id,
    String jobId,
    String topic,
    byte @Nullable [] key,
    String headers,
    byte @Nullable [] payload,
    long createdMs) {

  /// Its size in memory, about.
  long bytes() {
    return (payload == null ? 0 : payload.length)
        + headers.length()
        + (key == null ? 0 : key.length)
        + 200L;
  }
}
