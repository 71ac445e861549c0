package dev.phaseline.outbox;

import dev.phaseline.jdbc.SqlDialect;
import dev.phaseline.outbox.RelayStatus.State;
import dev.phaseline.schemas.Clipped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loop of a relay's thread: sessions with the database, in each of which it waits for its turn and
/// leads. Whatever fails ends the session; the next one begins from what the database and Kafka
/// have, so there is one way back from every failure.
final class RelayLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(RelayLoop.class);
  private static final Duration PAUSE_MIN = Duration.ofMillis(100);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);
  private static final int LOOKS = 10;

  private final DataSource source;
  private final Map<String, ?> kafka;
  private final Leadership.Site site;
  private final Succession succession;
  private boolean adopts;

  RelayLoop(DataSource source, Map<String, ?> kafka, Leadership.Site site) {
    this.source = source;
    this.kafka = kafka;
    this.site = site;
    this.adopts = site.config().adopts();
    var config = site.config();
    this.succession = new Succession(config.relay(), config.tuning().takeover());
  }

  @Override
  public void run() {
    var pause = PAUSE_MIN;
    try {
      while (!site.stop().isRequested()) {
        try {
          session();
          pause = PAUSE_MIN;
        } catch (UnusableOutboxException unusable) {
          failed(unusable);
          return;
        } catch (InterruptedException interrupted) {
          throw interrupted;
        } catch (Throwable failed) { // a driver's or a data source's may be anything
          if (site.progress().state() == State.PUBLISHING) pause = PAUSE_MIN;
          waits(failed);
          site.stop().await(pause);
          pause =
              pause.multipliedBy(2).compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause.multipliedBy(2);
        }
      }
      site.progress().is(State.CLOSED, "");
    } catch (InterruptedException interrupted) {
      failed(new IllegalStateException("the relay's thread was interrupted", interrupted));
    }
  }

  private void failed(Throwable why) {
    LOG.error("outbox {}: {}", site.config().outbox(), why.getMessage());
    site.progress().is(State.FAILED, String.valueOf(why.getMessage()));
  }

  private void waits(Throwable failed) {
    if (isFenced(failed)) {
      LOG.info("outbox {}: another relay has taken over", site.config().outbox());
      standBy();
      return;
    }
    var which = failed instanceof KafkaException ? "Kafka" : "the database";
    var words = which + " can't be used: " + KafkaFailureText.of(failed);
    LOG.warn("outbox {}: {}", site.config().outbox(), words);
    site.progress().is(State.WAITING, words);
  }

  private static boolean isFenced(Throwable failed) {
    var cause = failed.getCause() == null ? failed : failed.getCause();
    return failed instanceof ProducerFencedException
        || cause instanceof ProducerFencedException
        || cause instanceof InvalidProducerEpochException;
  }

  private void session() throws SQLException, InterruptedException {
    try (var connection = source.getConnection()) {
      if (isNull(connection)) throw new SQLException("the data source gave no connection");
      var dialect = SqlDialect.of(connection);
      var commits = connection.getAutoCommit();
      var isolation = connection.getTransactionIsolation();
      try {
        prepare(connection, dialect);
        var signals = Signals.on(connection, dialect, site.config().tuning(), site.stop());
        var term = awaitTerm(connection);
        if (term.isPresent()) lead(connection, signals, term.get());
      } finally {
        giveBack(connection, dialect, commits, isolation);
      }
    }
  }

  @SuppressWarnings({"NullAway", "ConstantValue"}) // a data source is others' code
  private static boolean isNull(Connection connection) {
    return connection == null;
  }

  private void prepare(Connection connection, SqlDialect dialect) throws SQLException {
    if (connection.isReadOnly()) {
      throw new SQLException(
          "the data source gives connections that only read: give it the primary server, and no"
              + " read-only option");
    }
    if (connection.getAutoCommit()) connection.setAutoCommit(false);
    else connection.rollback();
    if (dialect != SqlDialect.SQLITE) { // which has no other isolation than the highest
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    }
    OutboxSchema.check(connection, dialect);
    site.progress().waiting(OutboxTable.backlog(connection));
    connection.commit();
  }

  private static void giveBack(
      Connection connection, SqlDialect dialect, boolean autoCommit, int isolation) {
    try {
      if (!connection.getAutoCommit()) {
        connection.rollback();
        Signals.end(connection, dialect);
        connection.setTransactionIsolation(isolation);
      }
      connection.setAutoCommit(autoCommit);
    } catch (SQLException gone) {
      // then its pool gives it up
    }
  }

  /// Waits until this relay may publish, and begins a term.
  ///
  /// @return empty when it is to stop
  private Optional<Long> awaitTerm(Connection connection)
      throws SQLException, InterruptedException {
    var config = site.config();
    while (!site.stop().isRequested()) {
      var found = RelayTable.read(connection);
      if (found.isEmpty()) {
        RelayTable.insert(connection, config.transactionalId(), UUID.randomUUID().toString());
        connection.commit();
        continue;
      }
      var row = found.get();
      checkName(row);
      if (succession.isOpen(row, System.nanoTime())
          && RelayTable.take(connection, row.term(), config.relay())) {
        connection.commit();
        succession.began(row.term() + 1);
        return Optional.of(row.term() + 1);
      }
      connection.commit();
      standBy();
      site.stop().await(config.tuning().takeover().dividedBy(LOOKS));
    }
    return Optional.empty();
  }

  /// Reports no waiting rows: the relay that publishes reports them.
  private void standBy() {
    if (site.progress().state() == State.STANDBY) return;
    site.progress().is(State.STANDBY, "");
    site.progress().waiting(new OutboxTable.Backlog(0, 0));
  }

  private void checkName(RelayTable.Row row) {
    var own = site.config().transactionalId();
    if (row.outbox().equals(own) || adopts) return;
    throw new UnusableOutboxException(
        "this database's outbox is relayed as "
            + Clipped.of(row.outbox())
            + ", not as "
            + own
            + ": start the relay with that namespace and name");
  }

  private void lead(Connection connection, Signals signals, long term)
      throws SQLException, InterruptedException {
    var config = site.config();
    try (var publisher = Publisher.open(kafka, config)) {
      var positions =
          new PositionReader(kafka, config.names().outbox(), config.outbox(), site.stop());
      var position = positions.read();
      if (site.stop().isRequested()) return;
      if (adopts) {
        RelayTable.renew(connection, term, config.transactionalId(), UUID.randomUUID().toString());
        connection.commit();
        position = Optional.empty();
      }
      var row = RelayTable.read(connection).orElseThrow();
      connection.commit();
      if (row.term() != term) return;
      var leadership = Leadership.begin(site, connection, signals, publisher, row, position);
      if (leadership.isEmpty()) return;
      adopts = false;
      leadership.get().lead();
    }
    succession.ended();
  }
}
