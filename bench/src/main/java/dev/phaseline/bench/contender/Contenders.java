package dev.phaseline.bench.contender;

import dev.phaseline.core.Ordering;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// All contenders, by the names that tables and options use.
public enum Contenders {
  /// This product, by key.
  PHASELINE,
  /// This product without order.
  PHASELINE_UNORDERED,
  /// This product, by key, with the concurrency that it finds itself.
  PHASELINE_AUTO,
  /// This product's engine without transactions.
  PHASELINE_AT_LEAST_ONCE,
  /// The loop written by hand, with Kafka's default retry backoff.
  HAND_WRITTEN,
  /// The loop written by hand, tuned.
  HAND_WRITTEN_TUNED,
  /// Kafka Streams with its default commit interval.
  STREAMS,
  /// Kafka Streams tuned for latency.
  STREAMS_TUNED,
  /// Spring for Apache Kafka, with Kafka's default retry backoff.
  SPRING,
  /// Spring for Apache Kafka, tuned.
  SPRING_TUNED,
  /// Confluent's Parallel Consumer, by key.
  PARALLEL_KEY,
  /// Confluent's Parallel Consumer, without order.
  PARALLEL_UNORDERED,
  /// db-scheduler on PostgreSQL; in `jobs` only.
  DB_SCHEDULER,
  /// JobRunr on PostgreSQL; in `jobs` only.
  JOBRUNR,
  /// This product's scheduler; in `timers` only.
  SCHEDULER,
  /// This product's tracker; in `tracker` only.
  TRACKER,
  /// This product's worker with a journal; in `control` only.
  CONTROLLED;

  /// The name in tables and options: `hand-written-tuned`.
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Whether it is this product.
  public boolean isOurs() {
    return label().startsWith("phaseline");
  }

  /// The contenders that read a topic and write another.
  public static List<Contenders> onKafka() {
    var elsewhere = EnumSet.of(DB_SCHEDULER, JOBRUNR, SCHEDULER, TRACKER, CONTROLLED);
    return List.copyOf(EnumSet.complementOf(elsewhere));
  }

  /// The contender of that name.
  public static Optional<Contenders> find(String label) {
    return Arrays.stream(values()).filter(one -> one.label().equals(label)).findFirst();
  }

  /// All names.
  public static List<String> labels() {
    return Arrays.stream(values()).map(Contenders::label).toList();
  }

  Contender make() {
    return switch (this) {
      case PHASELINE -> new Phaseline(Ordering.KEY, true, false);
      case PHASELINE_UNORDERED -> new Phaseline(Ordering.UNORDERED, true, false);
      case PHASELINE_AUTO -> new Phaseline(Ordering.KEY, true, true);
      case PHASELINE_AT_LEAST_ONCE -> new Phaseline(Ordering.KEY, false, false);
      case HAND_WRITTEN -> new HandWritten(false);
      case HAND_WRITTEN_TUNED -> new HandWritten(true);
      case STREAMS -> new StreamsTopology(false);
      case STREAMS_TUNED -> new StreamsTopology(true);
      case SPRING -> new SpringListener(false);
      case SPRING_TUNED -> new SpringListener(true);
      case PARALLEL_KEY -> new ParallelConsumer(ProcessingOrder.KEY);
      case PARALLEL_UNORDERED -> new ParallelConsumer(ProcessingOrder.UNORDERED);
      case DB_SCHEDULER -> new DbSchedulerQueue();
      case JOBRUNR -> new JobRunrQueue();
      case SCHEDULER -> new TimerScheduler();
      case TRACKER -> new JobTracker();
      case CONTROLLED -> new Controlled();
    };
  }
}
