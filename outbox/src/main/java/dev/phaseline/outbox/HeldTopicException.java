package dev.phaseline.outbox;

/// Failure of a row that Kafka does not take now, for a reason that concerns its topic alone. Its
/// transaction was aborted.
final class HeldTopicException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String topic;

  HeldTopicException(String topic, String reason, Throwable cause) {
    super(reason, cause);
    this.topic = topic;
  }

  String topic() {
    return topic;
  }
}
