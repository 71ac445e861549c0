package dev.phaseline.outbox;

import dev.phaseline.outbox.RelayStatus.State;
import dev.phaseline.schemas.control.OutboxState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One term of a relay: rows are read, published with the position in one transaction of Kafka, and
/// deleted. For the relay's thread.
///
/// A batch's rows are deleted before the next batch is published, so at most one batch is published
/// and not deleted, and the position in Kafka names its rows. Whatever dies, the next term deletes
/// them first and publishes what is left.
final class Leadership {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
  private static final long BYTES_MAX = 16L << 20;
  private static final long LOOK_NANOS = 2_000_000_000L;
  private static final int BEATS = 5;
  private static final int TRIES = 3;

  /// The parts of the relay that a term needs.
  ///
  /// @param config the relay's
  /// @param progress where it tells how it goes
  /// @param observer told of published rows
  /// @param clock dates states and tells delays
  /// @param stop its end
  record Site(
      RelayConfig config,
      RelayProgress progress,
      RelayObserver observer,
      InstantSource clock,
      Stop stop) {}

  private final Site site;
  private final Connection connection;
  private final Signals signals;
  private final Publisher publisher;
  private final long term;
  private final HeldTopics held = new HeldTopics();
  private OutboxState state;
  private long beatNanos;
  private long stateNanos;
  private long lookNanos;

  private Leadership(
      Site site,
      Connection connection,
      Signals signals,
      Publisher publisher,
      long term,
      OutboxState state) {
    this.site = site;
    this.connection = connection;
    this.signals = signals;
    this.publisher = publisher;
    this.term = term;
    this.state = state;
  }

  /// Begins a term: deletes what was published and not deleted.
  ///
  /// @param row the database's, of this term
  /// @return empty when the term has ended meanwhile
  /// @throws UnusableOutboxException when the database and the position do not belong together
  static Optional<Leadership> begin(
      Site site,
      Connection connection,
      Signals signals,
      Publisher publisher,
      RelayTable.Row row,
      Optional<OutboxState> position)
      throws SQLException {
    var topic = site.config().names().outbox();
    var published = PositionCheck.publishedRows(row, position, topic);
    var batch = row.batch();
    if (published.isPresent()) {
      batch = position.orElseThrow().batch();
      if (!completed(connection, row.term(), batch, published.get())) return Optional.empty();
      LOG.info("{} rows of batch {} were published before", published.get().size(), batch);
    }
    var state =
        new OutboxState(
            site.config().outbox(),
            row.tableId(),
            batch,
            position.filter(at -> at.table().equals(row.tableId())).map(at -> at.rows()).orElse(""),
            site.config().relay(),
            0,
            0,
            "",
            false,
            site.clock().instant());
    var leadership = new Leadership(site, connection, signals, publisher, row.term(), state);
    leadership.look();
    leadership.report(false); // so that the position is there from the first term on
    return Optional.of(leadership);
  }

  /// Publishes until the relay stops or the term has ended.
  void lead() throws SQLException, InterruptedException {
    while (!site.stop().isRequested()) if (!runOnce()) return;
    report(true);
    RelayTable.release(connection, term);
    connection.commit();
  }

  /// One turn.
  ///
  /// @return false when the term has ended
  boolean runOnce() throws SQLException, InterruptedException {
    var nowNanos = System.nanoTime();
    held.letGo(nowNanos);
    if (nowNanos - lookNanos >= LOOK_NANOS) look();
    var rows =
        OutboxTable.first(connection, held.topics(), site.config().tuning().batchRows(), BYTES_MAX);
    connection.commit();
    if (rows.isEmpty()) held.idle();
    rows = publishable(rows, nowNanos);
    if (!rows.isEmpty()) return publish(rows);
    if (isDue(nowNanos - stateNanos, OutboxState.EVERY_MS)) report(false);
    var takeoverMs = site.config().tuning().takeover().toMillis();
    if (isDue(nowNanos - beatNanos, takeoverMs / BEATS) && !beat()) return false;
    signals.await();
    return true;
  }

  private static boolean isDue(long passedNanos, long everyMs) {
    return passedNanos >= everyMs * 1_000_000;
  }

  private List<OutboxRow> publishable(List<OutboxRow> rows, long nowNanos)
      throws InterruptedException {
    var missing = publisher.missing(rows);
    if (missing.isEmpty()) return rows;
    missing.forEach((topic, reason) -> hold(topic, reason, nowNanos));
    return rows.stream().filter(row -> !missing.containsKey(row.topic())).toList();
  }

  private void hold(String topic, String reason, long nowNanos) {
    held.hold(topic, reason, nowNanos);
    tell();
  }

  /// Reports the held topics in the progress.
  private void tell() {
    site.progress().held(held.reasons());
    site.progress().is(State.PUBLISHING, held.condition());
  }

  private boolean publish(List<OutboxRow> rows) throws SQLException, InterruptedException {
    var ids = new ArrayList<Long>(rows.size());
    for (var row : rows) ids.add(row.id());
    var next =
        state.withBatch(state.batch() + 1, RowIds.text(ids)).at(site.clock().instant(), false);
    try {
      publisher.publish(rows, next);
    } catch (HeldTopicException refused) {
      hold(refused.topic(), String.valueOf(refused.getMessage()), System.nanoTime());
      return true;
    }
    state = next;
    stateNanos = System.nanoTime();
    beatNanos = stateNanos;
    noted(rows);
    return completed(connection, term, state.batch(), ids);
  }

  private void noted(List<OutboxRow> rows) {
    var nowMs = site.clock().millis();
    for (var row : rows) site.observer().published(Math.max(0, nowMs - row.createdMs()));
    site.progress().published(rows.size());
    if (held.reasons().isEmpty()) return;
    for (var row : rows) held.succeeded(row.topic());
    tell();
  }

  /// Deletes a batch's rows, with the note that they are. Conflicts with submissions are tried
  /// again in place.
  ///
  /// @return false when the term has ended; then another relay deletes them
  private static boolean completed(Connection connection, long term, long batch, List<Long> ids)
      throws SQLException {
    for (var tries = 1; ; tries++) {
      try {
        OutboxTable.delete(connection, ids);
        var isOurs = RelayTable.complete(connection, term, batch);
        if (isOurs) connection.commit();
        else connection.rollback();
        return isOurs;
      } catch (SQLException failed) {
        if (tries == TRIES || !connection.isValid(1)) throw failed;
        connection.rollback();
      }
    }
  }

  private boolean beat() throws SQLException {
    var isOurs = RelayTable.beat(connection, term);
    connection.commit();
    beatNanos = System.nanoTime();
    return isOurs;
  }

  /// Counts what waits.
  private void look() throws SQLException {
    var backlog = OutboxTable.backlog(connection);
    connection.commit();
    lookNanos = System.nanoTime();
    site.progress().waiting(backlog);
    if (backlog.count() == 0) held.idle();
    tell();
    state = state.withLag(backlog.count(), site.progress().oldest().toMillis(), held.condition());
  }

  /// Writes the state without rows.
  private void report(boolean last) {
    state = state.at(site.clock().instant(), last);
    try {
      publisher.publish(List.of(), state);
    } catch (HeldTopicException noRows) {
      throw new IllegalStateException(noRows);
    }
    stateNanos = System.nanoTime();
  }
}
