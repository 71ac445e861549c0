package dev.phaseline.worker;

import dev.phaseline.core.Codec;
import dev.phaseline.core.FailureOptions;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.RetryPolicy;
import dev.phaseline.schemas.TopicNames;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A worker in a JVM of its own whose handlers fail a lot, to be killed. It prints a line for each
/// attempt. One payload ends the process. Of each hundred jobs, ten fail twice, two fail always,
/// ten wait for an hour with the timers, the rest is done at once.
public final class RetryingWorker {
  static final int ATTEMPTS_MAX = 3;

  /// The payload that ends the process, without any last words.
  static final String KILLS = "kills";

  private static final long LOOK_MS = 100;

  private RetryingWorker() {}

  public static Pipeline pipeline() {
    return Pipeline.named("killed")
        .phase("only", Codec.text(), RetryingWorker::handle, RetryingWorker::options)
        .result(Codec.text())
        .build();
  }

  private static PhaseOptions options(PhaseOptions options) {
    var limits = PhaseOptions.Limits.DEFAULT;
    return options
        .withRetry(
            RetryPolicy.DEFAULT
                .withAttemptsMax(ATTEMPTS_MAX)
                .withDelays(Duration.ofMillis(20), Duration.ofMillis(100)))
        .withFailures(FailureOptions.DEFAULT)
        .withLimits(
            new PhaseOptions.Limits(
                limits.payloadBytesMax(),
                10,
                limits.fanOutBytesMax(),
                60,
                limits.inFlightBytesMax()));
  }

  /// What becomes of a job, by its number.
  public static String fate(int number) {
    return switch (number % 100) {
      case 5, 15, 25, 35, 45, 55, 65, 75, 85, 95 -> "flaky";
      case 33, 66 -> "poison";
      case 7, 17, 27, 37, 47, 57, 67, 77, 87, 97 -> "later";
      default -> "fine";
    };
  }

  private static Outcome<String> handle(String payload, PhaseContext context) {
    System.out.println("start " + payload + " #" + context.attempt());
    if (payload.equals(KILLS)) Runtime.getRuntime().halt(9);
    return switch (fate(Integer.parseInt(payload))) {
      case "flaky" -> {
        if (context.attempt() < ATTEMPTS_MAX) throw new IllegalStateException("not yet " + payload);
        yield Outcome.done(payload);
      }
      case "poison" -> throw new IllegalArgumentException("never " + payload);
      case "later" -> Outcome.retryAfter(Duration.ofHours(1), "later");
      default -> Outcome.done(payload);
    };
  }

  /// Runs until it is killed, or its worker can't go on.
  ///
  /// @param args the broker's address, the namespace and the server's name
  public static void main(String[] args) throws InterruptedException {
    var config =
        WorkerConfig.of(args[2], Map.of("bootstrap.servers", args[0]))
            .withTopics(new TopicNames(args[1]))
            .withTiming(Rig.TIMING)
            .withTimers(true);
    try (var worker = Worker.start(config, Placement.all(pipeline()))) {
      while (worker.failure().isEmpty()) TimeUnit.MILLISECONDS.sleep(LOOK_MS);
      System.out.println("can't go on: " + worker.failure().get());
    }
    System.exit(1);
  }
}
