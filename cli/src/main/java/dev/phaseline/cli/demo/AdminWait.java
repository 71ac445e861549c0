package dev.phaseline.cli.demo;

import dev.phaseline.cli.text.CommandFailure;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaFuture;

/// Waits for what Kafka's admin client was asked.
final class AdminWait {
  private static final long SECONDS_MAX = 30;

  private AdminWait() {}

  /// @param what was asked for, for the error
  static <T> T of(KafkaFuture<T> future, String what) {
    try {
      return future.get(SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException refused) {
      var cause = refused.getCause() == null ? refused : refused.getCause();
      throw CommandFailure.of(
          "the broker does not give " + what + ": " + cause.getMessage(), cause);
    } catch (TimeoutException slow) {
      throw CommandFailure.of(
          "the broker did not give " + what + " within " + SECONDS_MAX + " s; is the disk busy?",
          slow);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw CommandFailure.of("interrupted while asking for " + what, stop);
    }
  }
}
