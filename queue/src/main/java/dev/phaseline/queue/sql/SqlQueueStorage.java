package dev.phaseline.queue.sql;

import dev.phaseline.queue.QueueOptions;
import dev.phaseline.queue.QueueStorage;
import dev.phaseline.queue.QueueStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/// Queues in a PostgreSQL or SQLite database, for installations without Kafka: the same contract,
/// with nothing but a `DataSource`.
///
/// ```java
/// var queues = Queues.over(SqlQueueStorage.on(dataSource));
/// ```
///
/// Three tables are made when they are not there: `phaseline_queue`, `phaseline_queue_item`,
/// `phaseline_queue_dead`. Consumers claim by `SELECT ... FOR UPDATE SKIP LOCKED`, so they do not
/// wait for each other on PostgreSQL; SQLite has one writer at a time. A claim that waits looks at
/// the database every [#POLL_EVERY], and at once when an item is created or released in this
/// process.
///
/// Each operation takes a connection from the data source and gives it back: bring a pool. Times
/// are those of the clock given, by default this machine's: the clocks of all machines must agree
/// within far less than a lease.
///
/// Thread-safe. The data source stays the caller's.
public final class SqlQueueStorage implements QueueStorage {
  /// A claim that waits looks at the database so often.
  public static final Duration POLL_EVERY = Duration.ofMillis(200);

  private final SqlCalls calls;
  private final InstantSource clock;
  private final Duration pollEvery;
  private final SqlSignal signal = new SqlSignal();

  private SqlQueueStorage(SqlCalls calls, InstantSource clock, Duration pollEvery) {
    this.calls = calls;
    this.clock = clock;
    this.pollEvery = pollEvery;
  }

  /// The queues in a database, on this machine's clock.
  public static SqlQueueStorage on(DataSource source) {
    return on(source, InstantSource.system());
  }

  /// The queues in a database, on this clock. Nothing is asked of the database yet.
  public static SqlQueueStorage on(DataSource source, InstantSource clock) {
    return new SqlQueueStorage(new SqlCalls(source), clock, POLL_EVERY);
  }

  /// The same queues, looked at more or less often by claims that wait.
  ///
  /// @param another more than zero
  public SqlQueueStorage withPollEvery(Duration another) {
    if (!another.isPositive()) {
      throw new IllegalArgumentException("pollEvery is not positive: " + another);
    }
    return new SqlQueueStorage(calls, clock, another);
  }

  @Override
  public List<String> names() {
    return calls.call(
        "*",
        (connection, _) -> {
          var names = new ArrayList<String>();
          try (var statement = connection.createStatement();
              var rows = statement.executeQuery("SELECT name FROM phaseline_queue")) {
            while (rows.next()) names.add(rows.getString(1));
          }
          names.sort(null); // a database's own order depends on its language
          return names;
        });
  }

  @Override
  public QueueStore open(String name, QueueOptions options) {
    return new SqlStore(name, calls, clock, signal, pollEvery);
  }

  @Override
  public SqlDeadLetters deadLetters() {
    return new SqlDeadLetters(calls, clock);
  }

  @Override
  public void close() {
    // the data source is the caller's, and connections are held by nothing
  }
}
