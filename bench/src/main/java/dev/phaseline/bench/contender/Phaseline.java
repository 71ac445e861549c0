package dev.phaseline.bench.contender;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Ordering;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.worker.AtLeastOnceWorker;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.Worker;
import dev.phaseline.worker.WorkerConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;

/// This product, as a user gets it: one lane a phase, headers, statistics, everything on. Without
/// transactions it publishes to a sink of the bench's own, since no option turns them off.
///
/// @param ordering what is promised about the order of starts
/// @param transactions whether results are published exactly once; off to measure what that costs
/// @param auto whether it finds its concurrency; the course's is the most then
record Phaseline(Ordering ordering, boolean transactions, boolean auto) implements Contender {
  /// Longer than any item takes here: a straggler is slow, not hung.
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  @Override
  public Running start(Course course, Work work) {
    var builder = Pipeline.named(Course.PIPELINE);
    for (var phase : course.phaseNames()) {
      builder.phase(
          phase,
          Codec.bytes(),
          (payload, _) -> Outcome.next(work.run(payload)),
          options ->
              (auto
                      ? options.withAutoConcurrency(course.concurrency())
                      : options.withConcurrency(course.concurrency()))
                  .withOrdering(ordering)
                  .withTimeout(TIMEOUT));
    }
    var pipeline = builder.result(Codec.bytes()).build();
    var placements = Placement.all(pipeline);
    return transactions
        ? new RunningWorker(Worker.start(config(course), placements))
        : new RunningAtLeastOnce(AtLeastOnceWorker.start(config(course), placements));
  }

  private WorkerConfig config(Course course) {
    var kafka = new HashMap<>(Clients.PRODUCER);
    kafka.remove("acks"); // the worker's own, and not to be changed
    kafka.putAll(Clients.CONSUMER);
    kafka.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, course.bootstrap());
    return WorkerConfig.of(course.instance(), kafka).withTopics(new TopicNames(course.namespace()));
  }

  /// A worker as a contender.
  private record RunningWorker(Worker worker) implements Running {
    @Override
    public Optional<Throwable> failure() {
      return worker.failure();
    }

    @Override
    public void close() {
      worker.close();
    }
  }

  /// The bench's worker without transactions as a contender.
  private record RunningAtLeastOnce(AtLeastOnceWorker worker) implements Running {
    @Override
    public Optional<Throwable> failure() {
      return worker.failure();
    }

    @Override
    public void close() {
      worker.close();
    }
  }
}
