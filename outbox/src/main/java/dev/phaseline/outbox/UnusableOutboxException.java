package dev.phaseline.outbox;

/// Failure of an outbox that does not pass by itself: its database and its position in Kafka do not
/// belong together, and to guess could publish rows twice. The message names what was found, and
/// the remedy.
final class UnusableOutboxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnusableOutboxException(String message) {
    super(message);
  }
}
