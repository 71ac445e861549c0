package dev.phaseline.cli.serve;

import dev.phaseline.ops.control.TimersView;
import dev.phaseline.server.ServerConfig;
import dev.phaseline.topics.ClusterException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;

/// A look every few seconds whether timers wait without a scheduler: jobs submitted for later, and
/// long waits of items, stand still then without anything being wrong with the worker itself.
///
/// A thread of its own asks the brokers, so that no answer is waited for elsewhere. Thread-safe.
final class TimersWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(10);

  /// A scheduler that is restarted is gone for a moment.
  private static final int MISSES_MIN = 2;

  private final String namespace;
  private final boolean expected;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private int misses;
  private volatile Optional<String> hint = Optional.empty();

  private TimersWatch(String namespace, boolean expected) {
    this.namespace = namespace;
    this.expected = expected;
  }

  /// Begins to look.
  ///
  /// @param expected whether the worker hands waits over to a scheduler; then its absence is told
  ///   though no timer waits yet
  static TimersWatch start(ServerConfig config, boolean expected) {
    var watch = new TimersWatch(config.names().namespace(), expected);
    Thread.ofPlatform().daemon().name("timers-watch").start(() -> watch.run(config));
    return watch;
  }

  /// A watch with given answers.
  static TimersWatch manual(String namespace, boolean expected) {
    return new TimersWatch(namespace, expected);
  }

  private void run(ServerConfig config) {
    try (var view = TimersView.open(config.kafka(), config.names())) {
      do look(view::unserved);
      while (!stopping.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } catch (KafkaException unusable) {
      hint = Optional.empty(); // the worker itself tells of settings that can't be used
    }
  }

  /// Asks once. What can't be had (brokers away, a right that is missing) is no hint.
  void look(Supplier<OptionalLong> unserved) {
    OptionalLong waiting;
    try {
      waiting = unserved.get();
    } catch (ClusterException unknown) {
      return;
    }
    var isMissed = waiting.isPresent() && (expected || waiting.getAsLong() > 0);
    misses = isMissed ? misses + 1 : 0;
    hint = misses < MISSES_MIN ? Optional.empty() : Optional.of(words(waiting.orElse(0)));
  }

  private String words(long waiting) {
    return "no scheduler runs in namespace '%s'%s; start one with `phaseline scheduler`"
        .formatted(
            namespace,
            waiting == 0
                ? ""
                : ": " + waiting + " timers wait, jobs submitted for later among them");
  }

  /// The hint, if there is one.
  Optional<String> hint() {
    return hint;
  }

  @Override
  public void close() {
    stopping.countDown();
  }
}
