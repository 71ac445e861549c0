package dev.phaseline.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.Pipeline;
import dev.phaseline.testkit.ManualClock;
import dev.phaseline.testkit.PipelineDriver;
import dev.phaseline.testkit.TestContext;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The contract on transactional phases, for every database.
abstract class SqlPhaseContract extends SqlPhaseFixture {

  @Test
  void effectAndOutcomeAreCommittedAndFoundAgain() throws Exception {
    var phase = phase((text, connection, _) -> adding(text, connection));
    assertThat(phase.handle("a", item("job-1"))).isEqualTo(Outcome.next("a booked"));
    // another process, a later attempt
    var again = phase((text, connection, _) -> adding(text, connection));
    assertThat(again.handle("a", item("job-1").withAttempt(2))).isEqualTo(Outcome.next("a booked"));
    assertThat(again.handle("b", item("job-2"))).isEqualTo(Outcome.next("b booked"));
    assertThat(runs).hasValue(2);
    assertThat(balance()).isEqualTo(2);
    assertThat(rows()).isEqualTo(2);
  }

  @Test
  void itIsAHandlerLikeOthers() throws Exception {
    var pipeline =
        Pipeline.named("bank")
            .phase("book", Codec.text(), phase((text, connection, _) -> adding(text, connection)))
            .phase("report", Codec.text(), (text, _) -> Outcome.done(text))
            .result(Codec.text())
            .build();
    for (var delivery = 1; delivery <= 2; delivery++) {
      var driver = PipelineDriver.of(pipeline);
      driver.submit("job-1", "a");
      driver.runUntilIdle();
      assertThat(driver.done().getFirst().result()).hasValue("a booked");
    }
    assertThat(balance()).isEqualTo(1);
  }

  @Test
  void everyOutcomeThatCompletesIsGivenAgain() throws Exception {
    var outcomes =
        List.<Outcome<String>>of(
            Outcome.next("n"),
            Outcome.to("report", "t"),
            Outcome.fanOut(List.of("a", "", "c")),
            Outcome.fanOut("report", List.of("é")),
            Outcome.fanOut(List.of()),
            Outcome.done(),
            Outcome.done("result"));
    for (var i = 0; i < outcomes.size(); i++) {
      var outcome = outcomes.get(i);
      var context = item("job-" + i);
      assertThat(phase((_, _, _) -> outcome).handle("x", context)).isEqualTo(outcome);
      assertThat(phase((_, _, _) -> Outcome.dead("it ran")).handle("x", context))
          .isEqualTo(outcome);
    }
  }

  @Test
  void whatDoesNotCompleteLeavesNothing() throws Exception {
    var ends = new ArrayList<@Nullable Outcome<String>>();
    ends.add(Outcome.retryAfter(Duration.ZERO, "not now"));
    ends.add(Outcome.dead("no"));
    ends.add(Outcome.suspend(Duration.ofSeconds(1), "down"));
    ends.add(null);
    for (var end : ends) {
      var phase = phase((text, connection, _) -> after(adding(text, connection), end));
      assertThat(phase.handle("a", item("job-1"))).isEqualTo(end);
      assertThat(balance()).isZero();
      assertThat(rows()).isZero();
    }
    var throwing =
        phase(
            (text, connection, _) -> {
              adding(text, connection);
              throw new IllegalStateException("broken");
            });
    assertThatThrownBy(() -> throwing.handle("a", item("job-1"))).hasMessage("broken");
    assertThat(balance()).isZero();
    assertThat(rows()).isZero();
  }

  @SuppressWarnings("NullAway") // a handler that gives null is one of the cases
  private static Outcome<String> after(Outcome<String> done, @Nullable Outcome<String> end) {
    assertThat(done).isNotNull();
    return end;
  }

  @Test
  void theSameItemInTwoWorkersAtOnceIsAppliedOnce() throws Exception {
    for (var round = 0; round < 5; round++) {
      var context = item("job-" + round);
      var both = new CyclicBarrier(2);
      Callable<Outcome<String>> worker =
          () -> {
            var phase = phase((text, connection, _) -> adding(text, connection));
            both.await(10, TimeUnit.SECONDS);
            return phase.handle("a", context);
          };
      for (var outcome : together(List.of(worker, worker))) {
        assertThat(outcome).isEqualTo(Outcome.next("a booked"));
      }
      assertThat(balance()).isEqualTo(round + 1);
    }
  }

  static <T> List<T> together(List<? extends Callable<T>> tasks) throws Exception {
    var results = new ArrayList<T>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var future : threads.invokeAll(tasks)) results.add(future.get(60, TimeUnit.SECONDS));
    }
    return results;
  }

  @Test
  void manyAtOnceShareTransactionsAndOneThatFailsFailsAlone() throws Exception {
    var counting = new FlakySource(source(), (_, _) -> {});
    var phase =
        SqlPhase.<String, String>of(
                counting,
                (text, connection, _) -> {
                  var outcome = adding(text, connection);
                  if (text.endsWith("7")) throw new IllegalStateException("no " + text);
                  return outcome;
                })
            .withNanos(() -> 1); // so they all are quick
    var tasks = new ArrayList<Callable<String>>();
    for (var i = 0; i < 500; i++) {
      var text = "item " + i;
      tasks.add(() -> endOf(phase, text));
    }
    var failed = together(tasks).stream().filter(end -> end.startsWith("no ")).toList();
    assertThat(failed).hasSize(50);
    assertThat(balance()).isEqualTo(450);
    assertThat(rows()).isEqualTo(450);
    assertThat(counting.commits()).isLessThan(200);
  }

  private static String endOf(SqlPhase<String, String> phase, String text) throws Exception {
    try {
      assertThat(phase.handle(text, item(text))).isEqualTo(Outcome.next(text + " booked"));
      return "done";
    } catch (IllegalStateException failed) {
      return String.valueOf(failed.getMessage());
    }
  }

  @Test
  void aHandlerCantEndItsTransaction() {
    refused("Connection.commit()", Connection::commit);
    refused("Connection.rollback()", Connection::rollback);
    refused("Connection.close()", Connection::close);
    refused("Connection.setAutoCommit()", connection -> connection.setAutoCommit(true));
    refused("Connection.unwrap()", connection -> connection.unwrap(Connection.class));
    refused("'COMMIT'", connection -> connection.createStatement().execute("COMMIT"));
    refused("' rollback'".strip(), connection -> connection.prepareStatement("/* a */ rollback"));
    refused(
        "Connection.commit()", connection -> connection.createStatement().getConnection().commit());
    if (database().dialect().commitsSchemaChanges()) {
      refused(
          "CREATE TABLE t",
          connection -> connection.createStatement().execute("CREATE TABLE t (a INTEGER)"));
    }
  }

  @FunctionalInterface
  private interface Use {
    void of(Connection connection) throws SQLException;
  }

  private void refused(String call, Use use) {
    var words = call.replace("'", "").replace("()", "");
    var caught =
        phase(
            (text, connection, _) -> {
              var outcome = adding(text, connection);
              try {
                use.of(connection);
              } catch (SQLException ignored) {
                return outcome; // as a library that knows better would
              }
              return outcome;
            });
    assertThatThrownBy(() -> caught.handle("a", item("job-1")))
        .isInstanceOf(SQLFeatureNotSupportedException.class)
        .hasMessageContaining("the handler of bank.book called ")
        .hasMessageContaining(words)
        .hasMessageContaining("return an outcome instead");
    assertThat(nothing()).isTrue();
  }

  private boolean nothing() {
    try {
      return balance() == 0 && rows() == 0;
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @Test
  void aConnectionThatIsKeptIsOfNoUseLater() throws Exception {
    var kept = new ArrayList<Connection>();
    phase(
            (text, connection, _) -> {
              kept.add(connection);
              return adding(text, connection);
            })
        .handle("a", item("job-1"));
    assertThat(kept.getFirst().isClosed()).isTrue();
    assertThatThrownBy(() -> kept.getFirst().createStatement())
        .hasMessageContaining("the handler of bank.book has returned");
  }

  @Test
  void savepointsOfAHandlerAreItsOwn() throws Exception {
    var phase =
        phase(
            (text, connection, _) -> {
              var savepoint = connection.setSavepoint();
              add(connection, 2, 5);
              connection.rollback(savepoint);
              return adding(text, connection);
            });
    phase.handle("a", item("job-1"));
    assertThat(database().number("SELECT SUM(balance) FROM account")).isEqualTo(1);
  }

  @Test
  void deadlocksAreTriedAgainInPlace() throws Exception {
    assumeFalse(database().dialect().hasOneWriter(), "one writer has no deadlocks");
    var both = new CyclicBarrier(2);
    var first = new AtomicInteger();
    SqlHandler<String, String> crossing =
        (text, connection, _) -> {
          var from = text.equals("forth") ? 1 : 2;
          add(connection, from, 1);
          if (first.incrementAndGet() <= 2) both.await(10, TimeUnit.SECONDS);
          add(connection, 3 - from, 1);
          return Outcome.next(text);
        };
    var tasks = new ArrayList<Callable<Outcome<String>>>();
    for (var way : List.of("forth", "back")) {
      tasks.add(() -> phase(crossing).handle(way, item(way)));
    }
    assertThat(together(tasks)).containsExactly(Outcome.next("forth"), Outcome.next("back"));
    assertThat(first.get()).as("runs").isGreaterThan(2);
    assertThat(database().number("SELECT SUM(balance) FROM account")).isEqualTo(4);
  }

  @Test
  void aCommitWhoseFateIsUnknownIsLookedUp() throws Exception {
    var lost = new AtomicInteger();
    var source =
        new FlakySource(
            source(),
            (method, after) -> {
              if (method.equals("commit") && after && lost.getAndIncrement() == 1) {
                throw new SQLException("connection reset", "08006");
              }
            });
    var phase =
        SqlPhase.<String, String>of(source, (text, connection, _) -> adding(text, connection));
    assertThat(phase.handle("a", item("job-1"))).isEqualTo(Outcome.next("a booked"));
    assertThat(lost.get()).isGreaterThan(1);
    assertThat(runs).hasValue(1);
    assertThat(balance()).isEqualTo(1);
  }

  @Test
  void lostConnectionsSuspendThePhaseAndHeal() throws Exception {
    var away = new AtomicInteger(1);
    var source =
        new FlakySource(
            source(),
            (method, _) -> {
              if (away.get() == 1 && method.equals("getConnection")) {
                throw new SQLException("the server refused", "08001");
              }
            });
    var phase =
        SqlPhase.<String, String>of(source, (text, connection, _) -> adding(text, connection));
    for (var known = 0; known < 2; known++) {
      assertThatThrownBy(() -> phase.handle("a", item("job-2")))
          .isInstanceOf(DependencyDownException.class)
          .hasMessageContaining("the phase's database can't be used: the server refused");
      away.set(0);
      phase.handle("a", item("job-1"));
      away.set(1);
    }
    assertThat(balance()).isEqualTo(1);
  }

  @Test
  void aMissingTableSuspendsThePhaseUntilItIsThere() throws Exception {
    database().execute("DROP TABLE phaseline_effect", "DROP TABLE phaseline_schema");
    var phase = phase((text, connection, _) -> adding(text, connection));
    assertThatThrownBy(() -> phase.handle("a", item("job-1")))
        .isInstanceOf(DependencyDownException.class)
        .hasMessageContaining("the table phaseline_effect is not there")
        .hasMessageContaining("--dialect " + database().dialect().text());
    assertThatThrownBy(phase::verified).isInstanceOf(DependencyDownException.class);
    phase.withOptions(SqlOptions.DEFAULT.makingTables()).handle("a", item("job-1"));
    phase.handle("a", item("job-1"));
    assertThat(balance()).isEqualTo(1);
    database().execute(database().dialect().schema().toArray(String[]::new)); // a second time
    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void aTableOfAnotherVersionIsRefused() throws Exception {
    database().execute("UPDATE phaseline_schema SET version = 9 WHERE part = 'effect'");
    var phase = phase((text, connection, _) -> adding(text, connection));
    assertThatThrownBy(() -> phase.handle("a", item("job-1")))
        .isInstanceOf(DependencyDownException.class)
        .hasMessageContaining("is of version 9, this library knows version 1");
  }

  @Test
  void connectionsComeBackAsTheyWereAndWithoutTheWorkOfOthers() throws Exception {
    try (var single = source().getConnection()) {
      single.setAutoCommit(false);
      add(single, 2, 100); // somebody's, left open
      var source = new OneConnection(single);
      SqlPhase.<String, String>of(source, (text, connection, _) -> adding(text, connection))
          .handle("a", item("job-1"));
      assertThat(single.getAutoCommit()).isFalse();
      assertThat(database().number("SELECT SUM(balance) FROM account")).isEqualTo(1);
      single.setAutoCommit(true);
      SqlPhase.<String, String>of(source, (text, connection, _) -> adding(text, connection))
          .handle("a", item("job-2"));
      assertThat(single.getAutoCommit()).isTrue();
      assertThat(balance()).isEqualTo(2);
    }
  }

  @Test
  void managedConnectionsAreRefused() {
    var managed =
        new FlakySource(
            source(),
            (method, _) -> {
              if (method.equals("setAutoCommit")) throw new SQLException("part of XA", "25000");
            });
    var phase =
        SqlPhase.<String, String>of(managed, (text, connection, _) -> adding(text, connection));
    assertThatThrownBy(() -> phase.handle("a", item("job-1")))
        .isInstanceOf(DependencyDownException.class)
        .hasMessageContaining("take no transactions of their own")
        .hasMessageContaining("part of XA");
  }

  @Test
  void tooLargeOutcomesAreRefusedAndLeaveNothing() throws Exception {
    var phase =
        phase(
                (text, connection, _) -> {
                  adding(text, connection);
                  return Outcome.next("x".repeat(2_000));
                })
            .withOptions(SqlOptions.DEFAULT.withOutcomeBytesMax(1_000));
    assertThatThrownBy(() -> phase.handle("a", item("job-1")))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("the outcome has 2006 bytes, the limit is 1000");
    assertThat(nothing()).isTrue();
    phase.withOptions(SqlOptions.DEFAULT).handle("a", item("job-1"));
    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void anOutcomeThatThePhaseWouldRefuseLeavesNothing() throws Exception {
    var phase =
        phase(
            (text, connection, _) -> {
              adding(text, connection);
              return Outcome.to("nowhere", text);
            });
    assertThatThrownBy(() -> phase.handle("a", item("job-1")))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("chose phase 'nowhere'");
    assertThat(nothing()).isTrue();
  }

  @Test
  void anItemThatComesToItsPhaseAgainNeedsAKey() throws Exception {
    var looping =
        phase(
            (text, connection, _) -> {
              adding(text, connection);
              return Outcome.to("book", text + "+");
            });
    assertThatThrownBy(() -> looping.handle("a", item("job-1")))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("SqlPhase.withKey");
    assertThat(nothing()).isTrue();
    var keyed = looping.withKey((text, context) -> context.jobId() + text);
    assertThat(keyed.handle("a", item("job-1"))).isEqualTo(Outcome.to("book", "a+"));
    assertThat(keyed.handle("a", item("job-1"))).isEqualTo(Outcome.to("book", "a+"));
    assertThat(keyed.handle("a+", item("job-1"))).isEqualTo(Outcome.to("book", "a++"));
    assertThat(balance()).isEqualTo(2);
  }

  @Test
  void aCompensationIsWorkOfItsOwn() throws Exception {
    var phase = phase((text, connection, _) -> adding(text, connection));
    phase.handle("a", item("job-1"));
    for (var again = 0; again < 2; again++) {
      phase.handle("a", item("job-1").withCompensating());
      assertThat(balance()).isEqualTo(2);
    }
    var keyed = phase.withKey((text, _) -> text);
    keyed.handle("b", item("job-1"));
    keyed.handle("b", item("job-1").withCompensating());
    assertThat(balance()).isEqualTo(4);
  }

  @Test
  void anAttemptThatWasGivenUpCommitsNothing() throws Exception {
    var phase =
        phase(
            (text, connection, _) -> {
              var outcome = adding(text, connection);
              Thread.currentThread().interrupt();
              return outcome;
            });
    assertThatThrownBy(() -> phase.handle("a", item("job-1"))).isInstanceOf(Exception.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(nothing()).isTrue();
  }

  @Test
  void oldRowsArePrunedAsNewOnesCome() throws Exception {
    var clock = ManualClock.at("2026-01-01T00:00:00Z");
    SqlHandler<String, String> handler = (text, _, _) -> Outcome.next(text);
    var kept =
        phase(handler)
            .withClock(clock)
            .withOptions(
                SqlOptions.DEFAULT
                    .withGroupMax(1)
                    .withPruning(Duration.ofDays(14), Duration.ofDays(7)));
    kept.handle("old", item("old"));
    clock.advance(Duration.ofDays(10));
    kept.handle("newer", item("newer"));
    clock.advance(Duration.ofDays(5));
    for (var i = 0; i < 1_000; i++) kept.handle("x", item("job-" + i));
    assertThat(rows()).isEqualTo(1_001);
    assertThat(phase((_, _, _) -> Outcome.dead("it ran")).handle("x", item("newer")))
        .isEqualTo(Outcome.next("newer"));
  }

  @Test
  void noRowIsPrunedWhoseRecordCanBeReadAgain() throws Exception {
    var clock = ManualClock.at("2026-01-01T00:00:00Z");
    var options = SqlOptions.DEFAULT.withPruning(Duration.ofDays(14));
    phase((text, _, _) -> Outcome.next(text)).withClock(clock).handle("old", item("old"));
    clock.advance(Duration.ofDays(15));
    var pruning = new Pruning(new Transactions(source(), options, clock));
    var kept = new ArrayList<@Nullable Duration>(); // a topic's retention, raised and lowered
    kept.add(null);
    kept.add(ChronoUnit.FOREVER.getDuration());
    kept.add(Duration.ofDays(14));
    for (var retention : kept) {
      pruning.committed(1_000, item("new").withRetention(retention));
      assertThat(rows()).as("kept for %s", retention).isEqualTo(1);
    }
    pruning.committed(1_000, item("new").withRetention(Duration.ofDays(13)));
    assertThat(rows()).isZero();
  }

  @Test
  void aTooEarlyPruningIsRefusedInWords() {
    assertThatThrownBy(() -> SqlOptions.DEFAULT.withPruning(Duration.ofDays(7), Duration.ofDays(7)))
        .hasMessageContaining("keep PT168H is not longer than retention PT168H");
    assertThatThrownBy(() -> SqlOptions.DEFAULT.withPruning(Duration.ZERO))
        .hasMessage("keep is not positive: PT0S");
    var rule = new SqlOptions.Pruning(Duration.ofDays(7), null);
    assertThat(rule.refusal(Optional.of(Duration.ofDays(6)))).isNull();
    assertThat(rule.refusal(Optional.of(Duration.ofDays(8))))
        .contains("for PT192H, and keep is PT168H: raise keep, or lower the topic's retention.ms");
    assertThat(rule.refusal(Optional.of(ChronoUnit.FOREVER.getDuration()))).contains("for ever");
    assertThat(rule.refusal(Optional.empty())).contains("withPruning(keep, retention)");
    var stated = new SqlOptions.Pruning(Duration.ofDays(7), Duration.ofDays(1));
    assertThat(stated.refusal(Optional.empty())).isNull();
    assertThat(stated.refusal(Optional.of(Duration.ofDays(8)))).contains("PT192H");
  }

  @Test
  void aPoolThatIsTooSmallIsSaidAtTheStart() {
    assumeFalse(database().dialect().hasOneWriter(), "one writer takes one connection");
    var phase = phase((text, connection, _) -> adding(text, connection));
    assertThat(phase.verified()).isSameAs(phase);
    try (var small = TestDatabase.pool(database().url(), 2)) {
      assertThatThrownBy(
              () ->
                  SqlPhase.<String, String>of(small, (text, c, _) -> adding(text, c))
                      .withOptions(SqlOptions.DEFAULT.withConnections(3))
                      .verified())
          .isInstanceOf(DependencyDownException.class)
          .hasMessageContaining("gave 2 of 3 connections at once: raise the pool's size");
    }
  }

  @Test
  void connectionsThatOnlyReadAreRefused() {
    try (var reading = TestDatabase.pool(database().url(), 1)) {
      var source =
          new FlakySource(reading, (_, _) -> {}) {
            @Override
            public Connection getConnection() throws SQLException {
              return readOnly(super.getConnection());
            }
          };
      var phase = SqlPhase.<String, String>of(source, (text, c, _) -> adding(text, c));
      assertThatThrownBy(() -> phase.handle("a", item("job-1")))
          .isInstanceOf(DependencyDownException.class)
          .hasMessageContaining("only read");
    }
  }

  private static Connection readOnly(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            SqlPhaseContract.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, arguments) ->
                method.getName().equals("isReadOnly")
                    ? true
                    : method.invoke(connection, arguments));
  }

  @Test
  void aContextWithoutAPipelineSaysSo() {
    PhaseContext plain = TestContext.of("bank", "book", "job-1");
    var phase = phase((text, connection, _) -> adding(text, connection));
    assertThatThrownBy(() -> phase.handle("a", plain))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("knows no pipeline");
  }
}
