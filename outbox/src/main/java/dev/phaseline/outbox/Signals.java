package dev.phaseline.outbox;

import dev.phaseline.jdbc.SqlDialect;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Wake-ups of a relay: notifications where the database has them (PostgreSQL), the end of a short
/// wait elsewhere. A notification is part of the transaction that sends it, so it comes when the
/// rows can be seen. For the relay's thread.
///
/// The driver's method is called by reflection: it is its public API, and the driver may be in a
/// class loader of its own, or another one.
final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
  private static final String CHANNEL = "phaseline_outbox";

  /// The longest wait for a notification, after which the stop is looked at.
  private static final long SLICE_MS = 250;

  private final RelayTuning tuning;
  private final Stop stop;
  private final @Nullable Object driver;
  private final @Nullable Method notifications;

  private Signals(
      RelayTuning tuning, Stop stop, @Nullable Object driver, @Nullable Method notifications) {
    this.tuning = tuning;
    this.stop = stop;
    this.driver = driver;
    this.notifications = notifications;
  }

  /// Wakes the relay when the transaction commits.
  static void send(Connection connection, SqlDialect dialect) throws SQLException {
    if (dialect != SqlDialect.POSTGRESQL) return;
    try (var statement = connection.createStatement()) {
      statement.execute("NOTIFY " + CHANNEL);
    }
  }

  /// Listens on this connection from now on, if it can.
  static Signals on(Connection connection, SqlDialect dialect, RelayTuning tuning, Stop stop)
      throws SQLException {
    if (dialect != SqlDialect.POSTGRESQL) return new Signals(tuning, stop, null, null);
    try {
      var driver = connection.unwrap(Connection.class);
      var method = driver.getClass().getMethod("getNotifications", int.class);
      try (var statement = connection.createStatement()) {
        statement.execute("LISTEN " + CHANNEL);
      }
      connection.commit();
      return new Signals(tuning, stop, driver, method);
    } catch (NoSuchMethodException anotherDriver) {
      LOG.info("the driver has no notifications: rows are looked for every {}", tuning.poll());
      return new Signals(tuning, stop, null, null);
    }
  }

  /// Listens no more, so that a pool's next user of the connection has no notifications.
  static void end(Connection connection, SqlDialect dialect) throws SQLException {
    if (dialect != SqlDialect.POSTGRESQL) return;
    try (var statement = connection.createStatement()) {
      statement.execute("UNLISTEN " + CHANNEL);
    }
    connection.commit();
  }

  /// Waits for a signal, or until it is time to look without one.
  void await() throws SQLException, InterruptedException {
    if (driver == null || notifications == null) {
      stop.await(tuning.poll());
      return;
    }
    var endNanos = System.nanoTime() + tuning.pollWithSignals().toNanos();
    while (!stop.isRequested()) {
      var leftMs = Duration.ofNanos(endNanos - System.nanoTime()).toMillis();
      if (leftMs <= 0 || received(driver, notifications, Math.min(leftMs, SLICE_MS))) return;
    }
  }

  private static boolean received(Object driver, Method notifications, long atMostMs)
      throws SQLException {
    try {
      // 0 would be for ever
      var found = (Object[]) notifications.invoke(driver, (int) Math.max(1, atMostMs));
      return found != null && found.length > 0;
    } catch (InvocationTargetException thrown) {
      if (thrown.getCause() instanceof SQLException failed) throw failed;
      throw new SQLException("the driver's notifications failed", thrown.getCause());
    } catch (IllegalAccessException hidden) {
      throw new SQLException("the driver hides its notifications", hidden);
    }
  }
}
