package dev.phaseline.cli.outbox;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;

/// Data source that opens a connection each time, without a pool: a relay keeps the one that it
/// has. Thread-safe.
///
/// @param driver the driver
/// @param url the database's address
/// @param properties user and password
record DriverSource(Driver driver, String url, Properties properties) implements DataSource {
  @Override
  public Connection getConnection() throws SQLException {
    var connection = driver.connect(url, properties);
    if (connection == null) throw new SQLException("the driver does not know the address");
    return connection;
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    var other = new Properties();
    other.setProperty("user", user);
    other.setProperty("password", password);
    return new DriverSource(driver, url, other).getConnection();
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    throw new SQLFeatureNotSupportedException("no log");
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    throw new SQLFeatureNotSupportedException("no log");
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    throw new SQLFeatureNotSupportedException("name it in the address");
  }

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return driver.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("it wraps no " + type.getName());
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }

  /// The address may have a password in it.
  @Override
  public String toString() {
    return "DriverSource[" + driver.getClass().getName() + ']';
  }
}
