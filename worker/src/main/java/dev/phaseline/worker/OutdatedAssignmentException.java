package dev.phaseline.worker;

import org.apache.kafka.common.errors.RetriableException;

/// The consumer has reported partitions as assigned that its group has given to somebody else, or
/// was about to. Whoever joins anew gets what is its own.
final class OutdatedAssignmentException extends RetriableException {
  private static final long serialVersionUID = 1L;

  OutdatedAssignmentException(String message) {
    super(message);
  }
}
