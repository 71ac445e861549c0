package dev.phaseline.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.jdbc.SqlDialect;
import dev.phaseline.jdbc.SqlHandler;
import dev.phaseline.jdbc.SqlPhase;
import dev.phaseline.jdbc.TestDatabase;
import dev.phaseline.producer.JobClient;
import dev.phaseline.producer.JobRequest;
import dev.phaseline.producer.JobType;
import dev.phaseline.producer.SubmitException;
import dev.phaseline.testkit.PipelineDriver;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Behaviour of submissions, the same on every database.
abstract class OutboxContract {
  static final JobType<String> TYPE = JobType.text("orders", "check");

  final Outbox outbox = Outbox.of(JobClient.Settings.DEFAULT);

  abstract TestDatabase database();

  @BeforeEach
  void emptyTables() throws SQLException {
    reset(database());
  }

  static void reset(TestDatabase database) throws SQLException {
    database.reset("phaseline_outbox", "phaseline_outbox_relay", "phaseline_outbox_lock");
    database.execute(OutboxSchema.statements(database.dialect()).toArray(String[]::new));
  }

  final Connection begin() throws SQLException {
    var connection = database().pool().getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  private List<OutboxRow> rows() throws SQLException {
    try (var connection = begin()) {
      return OutboxTable.first(connection, List.of(), 10_000, Long.MAX_VALUE);
    }
  }

  private AbstractThrowableAssert<?, ?> refused(Connection connection) {
    return assertThatThrownBy(
            () -> outbox.submit(connection, TYPE, JobRequest.withId("order-1", "x")))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void aJobIsThereWithItsTransaction() throws Exception {
    try (var connection = begin()) {
      var request = JobRequest.withId("order-1", "péar").withKey("customer-4").withTag("a", "b=c");
      assertThat(outbox.submit(connection, TYPE, request)).isEqualTo("order-1");
      connection.commit();
      outbox.submit(connection, TYPE, JobRequest.withId("order-2", "taken back"));
      connection.rollback();
    }
    assertThat(rows()).hasSize(1);
    var row = rows().getFirst();
    assertThat(row.jobId()).isEqualTo("order-1");
    assertThat(row.topic()).isEqualTo("pl.orders.check");
    assertThat(row.key()).asString().isEqualTo("customer-4");
    assertThat(row.payload()).asString().isEqualTo("péar");
    assertThat(HeaderLine.read(row.headers()).lastHeader("pl-job").value())
        .asString()
        .isEqualTo("order-1");
  }

  @Test
  void manyJobsKeepTheirOrder() throws Exception {
    var requests =
        IntStream.range(0, 1_200)
            .mapToObj(i -> JobRequest.withId("order-" + i, "" + i).withKey("k" + i % 7))
            .toList();
    try (var connection = begin()) {
      assertThat(outbox.submitAll(connection, TYPE, requests)).hasSize(1_200).contains("order-7");
      assertThat(outbox.submitAll(connection, TYPE, List.of())).isEmpty();
      connection.commit();
    }
    assertThat(rows().stream().map(OutboxRow::jobId))
        .isEqualTo(requests.stream().map(JobRequest::id).toList());
    try (var connection = begin()) {
      OutboxTable.delete(connection, rows().stream().map(OutboxRow::id).toList());
      connection.commit();
    }
    assertThat(rows()).isEmpty();
  }

  /// A relay that wakes up deletes by ids that may be old.
  @Test
  void anIdIsNotGivenTwice() throws Exception {
    submitOne("order-1");
    var first = rows().getFirst().id();
    database().execute("DELETE FROM phaseline_outbox");
    submitOne("order-2");
    assertThat(rows().getFirst().id()).isGreaterThan(first);
  }

  private void submitOne(String id) throws SQLException {
    try (var connection = begin()) {
      outbox.submit(connection, TYPE, JobRequest.withId(id, "x"));
      connection.commit();
    }
  }

  @Test
  void aJobForLaterIsATimerAndIsWithdrawnBehindIt() throws Exception {
    try (var connection = begin()) {
      var request = JobRequest.withId("order-1", "x").after(Duration.ofHours(1));
      outbox.submit(connection, TYPE, request);
      outbox.withdraw(connection, TYPE, "order-1");
      connection.commit();
    }
    assertThat(rows()).hasSize(2).allMatch(row -> row.topic().equals("pl.timers"));
    assertThat(rows().getFirst().key()).isEqualTo(rows().getLast().key());
    assertThat(rows().getLast().payload()).isNull();
  }

  /// Otherwise the one that commits first may have the higher id, and would be published last.
  @Test
  void aSecondTransactionOfAKeyWaitsForTheFirst() throws Exception {
    Assumptions.assumeFalse(database().dialect() == SqlDialect.SQLITE, "it has one writer");
    var submitted = new CountDownLatch(1);
    try (var first = begin()) {
      outbox.submit(first, TYPE, JobRequest.withId("order-1", "x").withKey("k"));
      var second = CompletableFuture.runAsync(() -> submitSecond(submitted));
      try (var other = begin()) { // of another key: it waits for nobody
        outbox.submit(other, TYPE, JobRequest.withId("order-3", "x").withKey("unlike k"));
        other.commit();
      }
      assertThat(submitted.getCount()).as("the second one waits").isEqualTo(1);
      first.commit();
      second.get(30, TimeUnit.SECONDS);
    }
    assertThat(rows().stream().map(OutboxRow::jobId).filter(id -> !id.equals("order-3")))
        .containsExactly("order-1", "order-2");
  }

  @Test
  void withoutLocksNoTransactionWaits() throws Exception {
    Assumptions.assumeFalse(database().dialect() == SqlDialect.SQLITE, "it has one writer");
    var unlocked = outbox.withoutKeyLocks().withoutNotification();
    try (var first = begin();
        var second = begin()) {
      unlocked.submit(first, TYPE, JobRequest.withId("order-1", "x").withKey("k"));
      unlocked.submit(second, TYPE, JobRequest.withId("order-2", "x").withKey("k"));
      second.commit();
      first.commit();
    }
    assertThat(rows()).hasSize(2);
  }

  @Test
  void aTransactionalPhaseSubmitsWithItsEffects() throws Exception {
    SqlHandler<String, String> handler =
        (text, connection, context) -> {
          var request = JobRequest.withId("mail-of-" + context.jobId(), text).withKey("k");
          outbox.submit(connection, TYPE, request);
          return text.isEmpty() ? Outcome.dead("no text") : Outcome.next(text);
        };
    var pipeline =
        Pipeline.named("bank")
            .phase("book", Codec.text(), SqlPhase.of(database().pool(), handler))
            .result(Codec.text())
            .build();
    var driver = PipelineDriver.of(pipeline);
    driver.submit("job-1", "a");
    driver.submit("job-2", "");
    driver.runUntilIdle();
    assertThat(rows().stream().map(OutboxRow::jobId)).containsExactly("mail-of-job-1");
  }

  private void submitSecond(CountDownLatch submitted) {
    try (var second = begin()) {
      outbox.submit(second, TYPE, JobRequest.withId("order-2", "x").withKey("k"));
      submitted.countDown();
      second.commit();
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @Test
  void aConnectionThatCommitsByItselfIsRefused() throws Exception {
    try (var connection = database().pool().getConnection()) {
      refused(connection).hasMessageContaining("call setAutoCommit(false)");
    }
    assertThat(rows()).isEmpty();
  }

  @Test
  void aClosedConnectionIsRefused() throws Exception {
    var connection = begin();
    connection.close();
    refused(connection).hasMessage("the connection is closed: submit before the transaction ends");
  }

  @Test
  void whatIsWrongWithARequestLeavesTheTransactionAlone() throws Exception {
    var small = Outbox.of(JobClient.Settings.DEFAULT.withLimits(10, 1 << 20));
    try (var connection = begin()) {
      outbox.submit(connection, TYPE, JobRequest.withId("order-1", "x"));
      assertThatThrownBy(
              () ->
                  small.submitAll(
                      connection,
                      TYPE,
                      List.of(
                          JobRequest.withId("order-2", "x"),
                          JobRequest.withId("order-3", "more than ten bytes"))))
          .isInstanceOf(SubmitException.class)
          .hasMessageContaining("'order-3' not submitted")
          .hasMessageContaining("payloadBytesMax");
      connection.commit();
    }
    assertThat(rows().stream().map(OutboxRow::jobId)).containsExactly("order-1");
  }

  @Test
  void missingTablesAreNamedWithTheRemedy() throws Exception {
    database().execute("DROP TABLE phaseline_schema", "DROP TABLE phaseline_outbox");
    try (var connection = begin()) {
      refused(connection)
          .hasMessageContaining("phaseline_outbox is not there")
          .hasMessageContaining(
              "`phaseline jdbc schema --dialect " + database().dialect().text() + "`");
    }
  }

  @Test
  void tablesOfAnotherVersionAreRefused() throws Exception {
    database().execute("UPDATE phaseline_schema SET version = 9 WHERE part = 'outbox'");
    try (var connection = begin()) {
      refused(connection).hasMessageContaining("is of version 9, this library knows version 1");
    }
  }

  @Test
  void makingTheTablesAgainChangesNothing() throws Exception {
    submitOne("order-1");
    database().execute(OutboxSchema.statements(database().dialect()).toArray(String[]::new));
    assertThat(rows()).hasSize(1);
    assertThat(database().number("SELECT COUNT(*) FROM phaseline_schema WHERE part = 'outbox'"))
        .isEqualTo(1);
  }

  @Test
  void rowsOfHeldTopicsAreLeftOut() throws Exception {
    submitOne("order-1");
    try (var connection = begin()) {
      outbox.submit(connection, JobType.text("mails", "send"), JobRequest.withId("mail-1", "x"));
      connection.commit();
      var rows = OutboxTable.first(connection, List.of("pl.orders.check"), 10, 1 << 20);
      assertThat(rows.stream().map(OutboxRow::jobId)).containsExactly("mail-1");
      assertThat(OutboxTable.backlog(connection).count()).isEqualTo(2);
    }
  }

  /// The relay's row is moved by the relay of the last term alone.
  @Test
  void anEndedTermMovesNothing() throws Exception {
    try (var connection = begin()) {
      RelayTable.insert(connection, "pl.outbox.orders", "id");
      assertThat(RelayTable.take(connection, 0, "a")).isTrue();
      assertThat(RelayTable.take(connection, 0, "b")).as("began by another").isFalse();
      assertThat(RelayTable.complete(connection, 1, 1)).isTrue();
      assertThat(RelayTable.complete(connection, 1, 1)).as("twice").isFalse();
      assertThat(RelayTable.complete(connection, 1, 3)).as("one left out").isFalse();
      assertThat(RelayTable.take(connection, 1, "b")).isTrue();
      assertThat(RelayTable.complete(connection, 1, 2)).isFalse();
      assertThat(RelayTable.beat(connection, 1)).isFalse();
      assertThat(RelayTable.release(connection, 1)).isFalse();
      assertThat(RelayTable.read(connection).orElseThrow())
          .isEqualTo(new RelayTable.Row("pl.outbox.orders", "id", 1, 2, "b", 3));
      connection.rollback();
    }
  }

  /// After the first submission the catalogue is not asked again.
  @Test
  void failuresOfTheDatabaseAreItsOwn() throws Exception {
    submitOne("order-1"); // the tables are known from now on
    database().execute("DROP TABLE phaseline_outbox");
    try (var connection = begin()) {
      refused(connection).hasMessageContainingAll("phaseline_outbox");
    }
  }
}
