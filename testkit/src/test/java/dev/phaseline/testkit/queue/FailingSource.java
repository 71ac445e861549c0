package dev.phaseline.testkit.queue;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/// A data source that has no connections.
///
/// @param failure what it throws
record FailingSource(SQLException failure) implements DataSource {
  @Override
  public Connection getConnection() throws SQLException {
    throw failure;
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw failure;
  }

  @Override
  public PrintWriter getLogWriter() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setLogWriter(PrintWriter out) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setLoginTimeout(int seconds) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw failure;
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
