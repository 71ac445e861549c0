package dev.phaseline.outbox;

import dev.phaseline.jdbc.TestDatabase;
import dev.phaseline.outbox.Published.Job;
import dev.phaseline.producer.JobClient;
import dev.phaseline.producer.JobRequest;
import dev.phaseline.producer.JobType;
import dev.phaseline.schemas.TopicNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/// Business transactions, each of which writes a row and submits a job, or rolls both back. A row
/// has the number of its key's transaction, in the order of commits.
///
/// @param database PostgreSQL
/// @param names the namespace
/// @param started transactions that were begun
record Business(TestDatabase database, TopicNames names, AtomicInteger started) {
  private static final int KEYS = 10;

  void create() throws SQLException {
    database.execute(
        "DROP TABLE IF EXISTS business",
        "DROP TABLE IF EXISTS counter",
        "CREATE TABLE business (id VARCHAR(40) PRIMARY KEY, k VARCHAR(10), n BIGINT)",
        "CREATE TABLE counter (k VARCHAR(10) PRIMARY KEY, n BIGINT NOT NULL)");
    for (var i = 0; i < KEYS; i++) database.execute("INSERT INTO counter VALUES ('k" + i + "', 0)");
  }

  /// Runs transactions until so many were begun. A transaction whose connection breaks is left as
  /// the database has it.
  void run(int until, long seed) {
    var chance = new Random(seed);
    var outbox = Outbox.of(JobClient.Settings.DEFAULT.withNames(names));
    for (var number = started.incrementAndGet();
        number <= until;
        number = started.incrementAndGet()) {
      try (var connection = database.pool().getConnection()) {
        connection.setAutoCommit(false);
        one(connection, outbox, "job-" + number, "k" + chance.nextInt(KEYS));
        if (chance.nextInt(7) == 0) connection.rollback();
        else connection.commit();
      } catch (SQLException broken) {
        // its row and its job share its fate, whatever that is
      }
    }
  }

  /// The job comes first, so only the lock of its key makes the order of ids that of commits.
  private static void one(Connection connection, Outbox outbox, String id, String key)
      throws SQLException {
    outbox.submit(
        connection, JobType.text("orders", "check"), JobRequest.withId(id, "x").withKey(key));
    try (var count =
            connection.prepareStatement("UPDATE counter SET n = n + 1 WHERE k = ? RETURNING n");
        var insert = connection.prepareStatement("INSERT INTO business VALUES (?, ?, ?)")) {
      count.setString(1, key);
      long n;
      try (var counted = count.executeQuery()) {
        counted.next();
        n = counted.getLong(1);
      }
      insert.setString(1, id);
      insert.setString(2, key);
      insert.setLong(3, n);
      insert.executeUpdate();
    }
  }

  /// The jobs of the rows that are there, those of a key in the order of their commits.
  List<Job> jobs() throws SQLException {
    var jobs = new ArrayList<Job>();
    try (var connection = database.pool().getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT k, id FROM business ORDER BY k, n")) {
      while (rows.next()) jobs.add(new Job(rows.getString(1), rows.getString(2)));
    }
    return jobs;
  }
}
