package dev.phaseline.streams;

import java.io.IOException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.streams.errors.LockException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/// Operator's wording of Kafka's exceptions: one line with the remedy. Thread-safe.
public final class KafkaReasons {
  private KafkaReasons() {}

  /// The reason why a service can't go on, in one line with the remedy.
  static String of(ServiceName service, Throwable thrown) {
    for (var cause : CausalChain.of(thrown)) {
      var reason = known(service, cause);
      if (reason != null) return reason;
    }
    return of(thrown);
  }

  private static @Nullable String known(ServiceName service, Throwable thrown) {
    return switch (thrown) {
      case FencedInstanceIdException e ->
          "another %s is called '%s' and has taken its place; give each a name of its own"
              .formatted(service.kind(), service.name());
      case MissingSourceTopicException e ->
          "a topic that was read is gone (%s); create it with `phaseline topics create` and start"
                  .formatted(of(e))
              + " again";
      case AuthorizationException e ->
          "not authorised: %s; give this %s's principal the rights in %s"
              .formatted(of(e), service.kind(), service.rights());
      case AuthenticationException e ->
          "not authenticated: " + of(e) + "; check the credentials in the Kafka settings";
      case LockException e ->
          "the folder %s is in use by another %s; give each a folder of its own"
              .formatted(service.stateDir(), service.kind());
      case IOException e -> folder(service, e);
      case RocksDBException e -> folder(service, e);
      default -> null; // perhaps its cause is more telling
    };
  }

  private static String folder(ServiceName service, Throwable thrown) {
    if (StateDamage.isDiskFull(thrown)) {
      return "the disk of the folder %s is full (%s); make room and start again"
          .formatted(service.stateDir(), of(thrown));
    }
    return "the folder %s can't be used: %s; check its disk and rights, or delete it while the %s"
            .formatted(service.stateDir(), of(thrown), service.kind())
        + " is stopped: all that is in it is read from Kafka again";
  }

  /// Message of the innermost cause: the outer ones only say that something did not work.
  public static String of(Throwable thrown) {
    var innermost = CausalChain.innermost(thrown);
    var message = innermost.getMessage();
    var name = innermost.getClass().getSimpleName();
    return (message == null ? name : name + ": " + message).replaceAll("\\s*\\R\\s*", " ").strip();
  }
}
