package dev.phaseline.worker.group;

import org.apache.kafka.common.errors.RetriableException;

/// Stale assignment: the consumer reports partitions that its group has given to another member, or
/// is about to. Whoever joins anew gets what is its own.
final class OutdatedAssignmentException extends RetriableException {
  private static final long serialVersionUID = 1L;

  OutdatedAssignmentException(String message) {
    super(message);
  }
}
