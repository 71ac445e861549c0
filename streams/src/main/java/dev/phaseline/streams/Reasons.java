package dev.phaseline.streams;

import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.streams.errors.LockException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.ProcessorStateException;

/// Says what an exception of Kafka's means to an operator. Thread-safe.
public final class Reasons {
  private Reasons() {}

  /// Why a service can't go on, in one line with the remedy.
  static String of(ServiceName service, Throwable thrown) {
    for (var cause = thrown; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case FencedInstanceIdException e -> {
          return "another %s is called '%s' and has taken its place; give each a name of its own"
              .formatted(service.kind(), service.name());
        }
        case MissingSourceTopicException e -> {
          return "a topic that was read is gone (%s); create it with `phaseline topics create`"
                  .formatted(of(e))
              + " and start again";
        }
        case AuthorizationException e -> {
          return "not authorised: %s; give this %s's principal the rights in %s"
              .formatted(of(e), service.kind(), service.rights());
        }
        case AuthenticationException e -> {
          return "not authenticated: " + of(e) + "; check the credentials in the Kafka settings";
        }
        case LockException e -> {
          return "the folder %s is in use by another %s; give each a folder of its own"
              .formatted(service.stateDir(), service.kind());
        }
        case ProcessorStateException e -> {
          return "the folder %s can't be used: %s; check it".formatted(service.stateDir(), of(e));
        }
        default -> {
          // perhaps its cause says more
        }
      }
    }
    return of(thrown);
  }

  /// What the innermost cause says: the outer ones only say that something did not work.
  public static String of(Throwable thrown) {
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
