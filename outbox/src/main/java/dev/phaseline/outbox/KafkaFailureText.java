package dev.phaseline.outbox;

import dev.phaseline.core.Causes;
import dev.phaseline.schemas.Clipped;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/// Words for failures, on one line. Stateless.
final class KafkaFailureText {
  private static final int CHARS_MAX = 500;
  private static final int CAUSES_MAX = 10;

  private KafkaFailureText() {}

  /// The problem of a row's topic, and the remedy; null when the failure is not the topic's.
  static @Nullable String ofTopic(Throwable failed) {
    var cause = failed;
    for (var i = 0; cause != null && i < CAUSES_MAX; i++, cause = Causes.causeOf(cause)) {
      switch (cause) {
        case UnknownTopicOrPartitionException e -> {
          return "there is no such topic: create it with `phaseline topics create`";
        }
        case InvalidTopicException e -> {
          return "no topic can have this name";
        }
        case TopicAuthorizationException e -> {
          return "the relay's principal may not write it: give it WRITE and DESCRIBE";
        }
        case RecordTooLargeException e -> {
          return "a row is over its max.message.bytes: raise it, or delete the row";
        }
        case RecordBatchTooLargeException e -> {
          return "a row is over its segment.bytes: raise it, or delete the row";
        }
        default -> {
          // perhaps its cause says more
        }
      }
    }
    return null;
  }

  /// The words of a failure.
  static String of(Throwable failed) {
    var root = failed;
    for (var i = 0; i < CAUSES_MAX && isWrapper(root); i++) {
      var cause = Causes.causeOf(root);
      if (cause == null) break;
      root = cause;
    }
    var message = root.getMessage();
    var words = message == null ? root.getClass().getSimpleName() : message;
    return Clipped.of(words.replaceAll("\\s*\\R\\s*", " ").strip(), CHARS_MAX);
  }

  private static boolean isWrapper(Throwable thrown) {
    return thrown instanceof ExecutionException
        || thrown.getClass() == KafkaException.class
        || thrown.getClass() == RuntimeException.class;
  }
}
