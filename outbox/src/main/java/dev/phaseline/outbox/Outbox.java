package dev.phaseline.outbox;

import dev.phaseline.jdbc.SqlDialect;
import dev.phaseline.producer.JobClient;
import dev.phaseline.producer.JobRecords;
import dev.phaseline.producer.JobRequest;
import dev.phaseline.producer.JobType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Submission of jobs in a transaction of a SQL database: the job is there if and only if the
/// transaction commits. A row of `phaseline_outbox` keeps it until a relay ([OutboxRelay]) has
/// published it, once.
///
/// ```java
/// var outbox = Outbox.of(JobClient.Settings.DEFAULT);
/// connection.setAutoCommit(false);
/// insert(connection, order);
/// outbox.submit(connection, JobType.text("orders", "check"), JobRequest.withId(order.id(), text));
/// connection.commit();
/// ```
///
/// Guarantees: a job whose transaction commits is in Kafka once, as long as a relay runs; one whose
/// transaction rolls back never is. Jobs of one key in one topic are published in the order in
/// which their transactions commit: a submission with a key takes a lock of that key until the
/// transaction ends. What is wrong with a request is found here, so a row can be published as it
/// is.
///
/// Limits: those of [JobClient.Settings] for payloads and records. A transaction that submits for
/// several keys should do so in one call of [#submitAll], or always in the same order: otherwise
/// two such transactions may deadlock, which the database reports to one of them.
///
/// One object is for one database. Thread-safe; a connection is used by one thread at a time, as
/// always. Nothing is committed, rolled back or closed here.
public final class Outbox {
  private final JobClient.Settings settings;
  private final JobRecords records;
  private final boolean locksKeys;
  private final boolean notifies;
  private final AtomicReference<@Nullable SqlDialect> known = new AtomicReference<>();

  private Outbox(JobClient.Settings settings, boolean locksKeys, boolean notifies) {
    this.settings = settings;
    this.records = new JobRecords(settings);
    this.locksKeys = locksKeys;
    this.notifies = notifies;
  }

  /// An outbox for jobs of these settings: namespace, limits, clock and trace context.
  public static Outbox of(JobClient.Settings settings) {
    return new Outbox(settings, true, true);
  }

  /// This without locks of keys, for keys with more transactions at once than may wait for each
  /// other. The order of a key is then that of the submissions, which is that of the commits only
  /// where transactions of a key exclude each other before they submit.
  public Outbox withoutKeyLocks() {
    return new Outbox(settings, false, notifies);
  }

  /// This without a notification of the relay, for PostgreSQL servers with thousands of commits a
  /// second at once: commits that notify are made one after the other. Relays then look for rows
  /// every [RelayTuning#pollWithSignals()], which should be short.
  public Outbox withoutNotification() {
    return new Outbox(settings, locksKeys, false);
  }

  /// Submits a job with the transaction of this connection.
  ///
  /// @return the job's id, given or derived
  /// @throws dev.phaseline.producer.SubmitException when the request can't be submitted; nothing
  ///   was asked of the database, so the transaction can go on
  /// @throws SQLException when the connection commits by itself, only reads, is closed, or has no
  ///   such table, each with the remedy; and whatever the database reports
  public <T> String submit(Connection connection, JobType<T> type, JobRequest<T> request)
      throws SQLException {
    var prepared = records.prepare(type, request);
    write(connection, List.of(prepared));
    return prepared.jobId();
  }

  /// Submits many jobs with the transaction of this connection, in the given order. All of them are
  /// checked before the first one is written.
  ///
  /// @return their ids
  /// @throws dev.phaseline.producer.SubmitException when one can't be submitted; then none is
  /// @throws SQLException as with [#submit]
  public <T> List<String> submitAll(
      Connection connection, JobType<T> type, Collection<JobRequest<T>> requests)
      throws SQLException {
    var prepared = new ArrayList<JobRecords.Prepared>(requests.size());
    for (var request : requests) prepared.add(records.prepare(type, request));
    if (!prepared.isEmpty()) write(connection, prepared);
    return prepared.stream().map(JobRecords.Prepared::jobId).toList();
  }

  /// Takes a job away that was submitted for later and has not started, as [JobClient#withdraw]
  /// does, behind everything that was submitted under this id here before.
  ///
  /// @throws IllegalArgumentException when the id is not valid
  /// @throws SQLException as with [#submit]
  public void withdraw(Connection connection, JobType<?> type, String jobId) throws SQLException {
    write(connection, List.of(records.withdrawal(type, jobId)));
  }

  private void write(Connection connection, List<JobRecords.Prepared> jobs) throws SQLException {
    check(connection);
    var dialect = dialect(connection);
    var now = settings.clock().millis();
    var rows = new ArrayList<OutboxRow>(jobs.size());
    var locks = new HashSet<Long>();
    for (var job : jobs) {
      var row = row(job, now);
      rows.add(row);
      if (row.key() != null) locks.add(KeyLocks.numberOf(row.topic(), row.key()));
    }
    if (locksKeys && !locks.isEmpty()) KeyLocks.take(connection, dialect, locks);
    OutboxTable.insert(connection, rows);
    if (notifies) Signals.send(connection, dialect);
  }

  private static OutboxRow row(JobRecords.Prepared job, long nowMs) {
    var record = job.record();
    return new OutboxRow(
        0,
        job.jobId(),
        record.topic(),
        record.key(),
        HeaderLine.of(record.headers()),
        record.value(),
        nowMs);
  }

  private static void check(Connection connection) throws SQLException {
    if (connection.isClosed()) {
      throw new SQLException("the connection is closed: submit before the transaction ends");
    }
    if (connection.getAutoCommit()) {
      throw new SQLException(
          "the connection commits by itself, so the job would be submitted whatever becomes of the"
              + " rest: call setAutoCommit(false) before the transaction's first statement");
    }
    if (connection.isReadOnly()) {
      throw new SQLException(
          "the connection only reads, and a submission writes a row: give it the primary server,"
              + " and no read-only option");
    }
  }

  private SqlDialect dialect(Connection connection) throws SQLException {
    var dialect = known.get();
    if (dialect != null) return dialect;
    dialect = SqlDialect.of(connection);
    OutboxSchema.check(connection, dialect);
    known.set(dialect);
    return dialect;
  }
}
