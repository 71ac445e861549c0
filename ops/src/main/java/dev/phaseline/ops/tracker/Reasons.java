package dev.phaseline.ops.tracker;

import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.streams.errors.LockException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.ProcessorStateException;

/// Says what an exception of Kafka's means to an operator.
final class Reasons {
  private Reasons() {}

  /// Why the tracker can't go on, in one line with the remedy.
  static String of(TrackerConfig config, Throwable thrown) {
    for (var cause = thrown; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case FencedInstanceIdException e -> {
          return "another tracker is called '"
              + config.name()
              + "' and has taken its place; give each a name of its own";
        }
        case MissingSourceTopicException e -> {
          return "a topic that was read is gone ("
              + of(e)
              + "); create it with `phaseline topics create` and start again";
        }
        case AuthorizationException e -> {
          return "not authorised: "
              + of(e)
              + "; give this tracker's principal the rights in docs/tracker.md";
        }
        case AuthenticationException e -> {
          return "not authenticated: " + of(e) + "; check the credentials in the Kafka settings";
        }
        case LockException e -> {
          return "the folder "
              + config.stateDir()
              + " is in use by another tracker; give each a folder of its own";
        }
        case ProcessorStateException e -> {
          return "the folder " + config.stateDir() + " can't be used: " + of(e) + "; check it";
        }
        default -> {
          // perhaps its cause says more
        }
      }
    }
    return of(thrown);
  }

  /// What the innermost cause says: the outer ones only say that something did not work.
  static String of(Throwable thrown) {
    var innermost = thrown;
    while (innermost.getCause() != null) innermost = innermost.getCause();
    var message = innermost.getMessage();
    var name = innermost.getClass().getSimpleName();
    return (message == null ? name : name + ": " + message).replaceAll("\\s*\\R\\s*", " ").strip();
  }

  /// Whether trying again in the same process can't help.
  static boolean isFinal(Throwable thrown) {
    for (var cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof FencedInstanceIdException
          || cause instanceof MissingSourceTopicException
          || cause instanceof AuthorizationException
          || cause instanceof AuthenticationException
          || cause instanceof Error) {
        return true;
      }
    }
    return false;
  }
}
