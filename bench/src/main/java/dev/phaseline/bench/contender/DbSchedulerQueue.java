package dev.phaseline.bench.contender;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;

/// db-scheduler on PostgreSQL: one-time tasks, locked and fetched in one statement, which is its
/// fastest way there.
///
/// At least once: a task that was under way when its process died is run again by another.
record DbSchedulerQueue() implements Contender {
  private static final int BATCH = 1_000;
  private static final String TASK = "job";

  @Override
  public void prepare(Course course, int items) throws SQLException {
    try (var database = Databases.open(course)) {
      Databases.execute(database, "drop table if exists scheduled_tasks");
      Databases.execute(
          database,
          """
          create table scheduled_tasks (
            task_name text not null,
            task_instance text not null,
            task_data bytea,
            execution_time timestamptz not null,
            picked boolean not null,
            picked_by text,
            last_success timestamptz,
            last_failure timestamptz,
            consecutive_failures int,
            last_heartbeat timestamptz,
            version bigint not null,
            priority smallint,
            primary key (task_name, task_instance))
          """);
      Databases.execute(
          database, "create index scheduled_tasks_due on scheduled_tasks (execution_time)");
      Databases.execute(
          database, "create index scheduled_tasks_heartbeat on scheduled_tasks (last_heartbeat)");
      schedule(database, items);
      Databases.execute(database, "analyze scheduled_tasks");
    }
  }

  private static void schedule(HikariDataSource database, int items) {
    var task = task(Work.counting());
    var client = SchedulerClient.Builder.create(database, task).build();
    var due = Instant.now();
    for (var from = 0; from < items; from += BATCH) {
      var batch =
          IntStream.range(from, Math.min(items, from + BATCH))
              .<TaskInstance<?>>mapToObj(id -> task.instance(Integer.toString(id)));
      client.scheduleBatch(batch, due);
    }
  }

  private static OneTimeTask<Void> task(Work work) {
    return Tasks.oneTime(TASK).execute((instance, _) -> work.run(Long.parseLong(instance.getId())));
  }

  @Override
  public Running start(Course course, Work work) {
    var database = Databases.open(course);
    var scheduler =
        Scheduler.create(database, task(work))
            .threads(course.concurrency())
            .pollUsingLockAndFetch(0.5, 4.0)
            .pollingInterval(Duration.ofMillis(50))
            .build();
    scheduler.start();
    return new RunningScheduler(scheduler, database);
  }

  /// A scheduler and its connections.
  private record RunningScheduler(Scheduler scheduler, HikariDataSource database)
      implements Running {
    @Override
    public Optional<Throwable> failure() {
      return Optional.empty(); // it logs and tries again; the count of calls tells
    }

    @Override
    public void close() {
      scheduler.stop();
      database.close();
    }
  }
}
