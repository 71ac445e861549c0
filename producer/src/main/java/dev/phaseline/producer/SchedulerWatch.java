package dev.phaseline.producer;

import dev.phaseline.producer.JobReceipt.Scheduler;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Check whether a scheduler runs, by the members of its group. Brokers are asked when a job for
/// later is submitted, at most every ten seconds. Thread-safe.
final class SchedulerWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SchedulerWatch.class);
  private static final Duration FRESH = Duration.ofSeconds(10);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

  private final Map<String, Object> kafka;
  private final String group;
  private @Nullable Admin admin;
  private @Nullable CompletableFuture<Scheduler> last;
  private long askedNanos;
  private boolean closed;

  /// @param kafka how to reach the brokers; without an address nothing is asked
  /// @param group the scheduler's
  SchedulerWatch(Map<String, ?> kafka, String group) {
    this.kafka = new HashMap<>(kafka);
    this.kafka.keySet().retainAll(AdminClientConfig.configNames());
    this.group = group;
  }

  /// State of schedulers, now or within seconds; never fails.
  synchronized CompletableFuture<Scheduler> look() {
    var known = last;
    if (known != null && System.nanoTime() - askedNanos < FRESH.toNanos()) return known;
    if (closed || kafka.isEmpty()) return CompletableFuture.completedFuture(Scheduler.UNKNOWN);
    askedNanos = System.nanoTime();
    var asked =
        ask().completeOnTimeout(Scheduler.UNKNOWN, ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    last = asked;
    return asked;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // what is returned tells of it
  private CompletableFuture<Scheduler> ask() {
    try {
      var open = admin;
      if (open == null) admin = open = Admin.create(kafka);
      var described = open.describeConsumerGroups(List.of(group)).describedGroups().get(group);
      if (described == null) return CompletableFuture.completedFuture(Scheduler.UNKNOWN);
      // Kafka's own futures may not be given a time limit
      var answer = new CompletableFuture<Scheduler>();
      described.whenComplete(
          (found, failed) ->
              answer.complete(told(failed == null && !found.members().isEmpty(), failed)));
      return answer;
    } catch (KafkaException unusable) {
      return CompletableFuture.completedFuture(Scheduler.UNKNOWN);
    }
  }

  private Scheduler told(boolean isServed, @Nullable Throwable failed) {
    var cause = failed instanceof CompletionException ? failed.getCause() : failed;
    if (cause != null && !(cause instanceof GroupIdNotFoundException)) return Scheduler.UNKNOWN;
    if (isServed) return Scheduler.RUNS;
    LOG.warn("no scheduler runs in group {}: jobs for later wait until one is started", group);
    return Scheduler.MISSING;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (admin != null) admin.close(Duration.ZERO);
    admin = null;
  }
}
