package dev.phaseline.bench.contender;

import static org.jobrunr.server.BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.server.JobActivator;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;

/// JobRunr (the open-source edition) on PostgreSQL: job requests with a handler.
///
/// At least once: a job whose server died is found by its missing heartbeat and run again.
record JobRunrQueue() implements Contender {
  /// The shortest it allows; it also looks again as soon as its workers run dry.
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(5);

  private static final int BATCH = 1_000;

  /// A job with nothing but its number.
  ///
  /// @param id from 0
  public record Numbered(long id) implements JobRequest {
    @Override
    public Class<NumberedHandler> getJobRequestHandler() {
      return NumberedHandler.class;
    }
  }

  /// The handler, which JobRunr gets from the activator.
  public static final class NumberedHandler implements JobRequestHandler<Numbered> {
    private final Work work;

    NumberedHandler(Work work) {
      this.work = work;
    }

    @Override
    public void run(Numbered job) {
      work.run(job.id());
    }
  }

  @Override
  public void prepare(Course course, int items) throws SQLException {
    try (var database = Databases.open(course)) {
      var scheduler =
          JobRunr.configure()
              .useStorageProvider(new PostgresStorageProvider(database)) // makes its tables
              .initialize()
              .getJobRequestScheduler();
      Databases.execute(database, "truncate jobrunr_jobs");
      for (var from = 0; from < items; from += BATCH) {
        scheduler.enqueue(
            IntStream.range(from, Math.min(items, from + BATCH)).mapToObj(Numbered::new));
      }
      JobRunr.destroy();
      Databases.execute(database, "analyze jobrunr_jobs");
    }
  }

  @Override
  public Running start(Course course, Work work) {
    var database = Databases.open(course);
    var handler = new NumberedHandler(work);
    JobActivator activator =
        new JobActivator() {
          @Override
          public <T> T activateJob(Class<T> type) {
            return type.cast(handler);
          }
        };
    var _ =
        JobRunr.configure()
            .useJobActivator(activator)
            .useStorageProvider(new PostgresStorageProvider(database))
            .useBackgroundJobServer(
                usingStandardBackgroundJobServerConfiguration()
                    .andWorkerCount(course.concurrency())
                    .andPollInterval(POLL_INTERVAL))
            .initialize();
    return new RunningServer(database);
  }

  /// JobRunr has one server for the whole process.
  private record RunningServer(HikariDataSource database) implements Running {
    @Override
    public Optional<Throwable> failure() {
      return Optional.empty(); // it logs and tries again; the count of calls tells
    }

    @Override
    public void close() {
      JobRunr.destroy();
      database.close();
    }
  }
}
