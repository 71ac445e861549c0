package dev.phaseline.bench.contender;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.Pipeline;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.Worker;
import dev.phaseline.worker.WorkerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.CommonClientConfigs;

/// This product's worker as a user gets it, all defaults, with a journal of what its handlers do.
/// It obeys the control topic of its namespace.
public record Controlled() implements Contender {
  /// Items from this id on are of jobs that will be cancelled.
  public static final long JOBS_FROM = 1_000_000_000L;

  /// The number of items of such jobs that run now, among [Running#figures].
  public static final String JOB_ITEMS_RUNNING = "jobItemsRunning";

  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  @Override
  public Running start(Course course, Work work) {
    var journal = new Journal();
    var ofJobs = new AtomicInteger();
    var builder = Pipeline.named(Course.PIPELINE);
    for (var phase : course.phaseNames()) {
      builder.phase(
          phase,
          Codec.bytes(),
          (payload, context) -> {
            var id = Item.id(payload);
            if (id >= JOBS_FROM) ofJobs.incrementAndGet();
            journal.add(Journal.Kind.START, id);
            try {
              return Outcome.next(handle(work, payload, context, journal));
            } finally {
              journal.add(Journal.Kind.END, id);
              if (id >= JOBS_FROM) ofJobs.decrementAndGet();
            }
          },
          options -> options.withConcurrency(course.concurrency()).withTimeout(TIMEOUT));
    }
    var kafka =
        Map.<String, Object>of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, course.bootstrap());
    var config =
        WorkerConfig.of(course.instance(), kafka).withTopics(new TopicNames(course.namespace()));
    var file = course.journal(Path.of(System.getProperty("java.io.tmpdir")));
    var pipeline = builder.result(Codec.bytes()).build();
    var worker = Worker.start(config, Placement.all(pipeline));
    return new RunningWorker(worker, journal, file, ofJobs);
  }

  private static byte[] handle(Work work, byte[] payload, PhaseContext context, Journal journal)
      throws InterruptedException {
    try {
      return work.run(payload);
    } catch (InterruptedException told) {
      if (context.cancelled()) journal.add(Journal.Kind.TOLD, Item.id(payload));
      throw told;
    }
  }

  /// A worker as a contender.
  private record RunningWorker(Worker worker, Journal journal, Path file, AtomicInteger ofJobs)
      implements Running {
    @Override
    public Optional<Throwable> failure() {
      return worker.failure();
    }

    @Override
    public Map<String, Double> figures() {
      return Map.of(JOB_ITEMS_RUNNING, (double) ofJobs.get());
    }

    @Override
    public void close() {
      worker.close();
      try {
        journal.writeTo(file);
      } catch (IOException e) {
        throw new UncheckedIOException("can't write " + file, e);
      }
    }
  }
}
