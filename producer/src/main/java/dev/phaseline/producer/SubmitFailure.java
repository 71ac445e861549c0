package dev.phaseline.producer;

import java.time.Duration;

/// Reason why a job was not, or perhaps not, submitted. All kinds but [FateUnknown] are certain:
/// the job is not there.
public sealed interface SubmitFailure {

  /// Problem and remedy in one line.
  String message();

  /// Whether the job may be there all the same.
  default boolean maybeSubmitted() {
    return this instanceof FateUnknown;
  }

  /// The request can't be submitted, now or ever.
  ///
  /// @param what what is wrong with it
  record InvalidRequest(String what) implements SubmitFailure {
    @Override
    public String message() {
      return "the request is not valid: " + what;
    }
  }

  /// The job is over a limit. Nothing was sent, unless it was the broker that refused it.
  ///
  /// @param bytes the payload's or record's size; -1: the broker did not say
  /// @param limitBytes the limit; -1: the broker did not say
  /// @param limitName the setting that limits
  record TooBig(long bytes, long limitBytes, String limitName) implements SubmitFailure {
    @Override
    public String message() {
      var size = bytes < 0 ? "the record is" : "it has %,d bytes and is".formatted(bytes);
      var limit = limitBytes < 0 ? "" : " (%,d bytes)".formatted(limitBytes);
      return size + " over " + limitName + limit + "; submit a reference to the data instead";
    }
  }

  /// The encoder refused the payload.
  ///
  /// @param what what it said
  record EncodingFailed(String what) implements SubmitFailure {
    @Override
    public String message() {
      return "the payload can't be encoded: " + what;
    }
  }

  /// Something that the encoder needs can't be reached.
  ///
  /// @param what what the encoder said
  record RegistryDown(String what) implements SubmitFailure {
    @Override
    public String message() {
      return "the payload can't be encoded now, because the schema registry can't be reached: "
          + what
          + "; submit again when it is back";
    }
  }

  /// No broker answered in time.
  ///
  /// @param servers where they were looked for
  /// @param waited for how long
  record BrokerUnreachable(String servers, Duration waited) implements SubmitFailure {
    @Override
    public String message() {
      return "no broker at "
          + servers
          + " answered within "
          + waited.toMillis()
          + " ms; check that Kafka runs there, and the setting bootstrap.servers";
    }
  }

  /// More is being submitted than the brokers take: the buffer stayed full.
  ///
  /// @param waited for how long
  record Overloaded(Duration waited) implements SubmitFailure {
    @Override
    public String message() {
      return "the send buffer stayed full for "
          + waited.toMillis()
          + " ms; submit slower, or raise the settings buffer.memory or max.block.ms";
    }
  }

  /// Kafka does not let this client do that.
  ///
  /// @param what Kafka's words
  record NotAuthorized(String what) implements SubmitFailure {
    @Override
    public String message() {
      return "not authorised: "
          + what
          + "; give this client's principal WRITE and DESCRIBE on the topic, or check its"
          + " credentials";
    }
  }

  /// The pipeline has no such topic.
  ///
  /// @param pipeline the job's pipeline
  /// @param topic the topic that is missing
  record NoTopic(String pipeline, String topic) implements SubmitFailure {
    @Override
    public String message() {
      return "pipeline '"
          + pipeline
          + "' has no topic "
          + topic
          + "; check the names, or create it with `phaseline topics create`";
    }
  }

  /// The caller's transaction can't go on, or there is none. The job is not there, unless the
  /// caller makes this same producer commit something later: Kafka's producer keeps a record that
  /// it refused for this reason.
  ///
  /// @param what Kafka's words
  record TransactionFailed(String what) implements SubmitFailure {
    @Override
    public String message() {
      return "the transaction can't go on: "
          + what
          + "; close this producer with no timeout, and begin again with a new one";
    }
  }

  /// The job was sent, but no answer came: it may or may not be there.
  ///
  /// @param what what happened
  record FateUnknown(String what) implements SubmitFailure {
    @Override
    public String message() {
      return "it may or may not have been submitted: "
          + what
          + "; to be sure, submit the same request again: its id stays the same, so that both are"
          + " known as one job";
    }
  }

  /// The thread was interrupted before the job was sent.
  record Interrupted() implements SubmitFailure {
    @Override
    public String message() {
      return "the thread was interrupted before the job was sent";
    }
  }

  /// The client was closed before.
  record Closed() implements SubmitFailure {
    @Override
    public String message() {
      return "the client is closed; make a new one";
    }
  }
}
