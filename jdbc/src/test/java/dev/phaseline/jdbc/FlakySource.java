package dev.phaseline.jdbc;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;

/// A data source whose connections do what a test wants at a call, before or after they do it.
public class FlakySource implements DataSource {
  /// What happens at a call of a connection.
  @FunctionalInterface
  public interface Fault {
    /// Is called twice, before and after.
    ///
    /// @param after whether the connection has done it
    void at(String method, boolean after) throws SQLException;
  }

  private final DataSource source;
  private final Fault fault;
  private final AtomicInteger commits = new AtomicInteger();

  public FlakySource(DataSource source, Fault fault) {
    this.source = source;
    this.fault = fault;
  }

  public int commits() {
    return commits.get();
  }

  @Override
  public Connection getConnection() throws SQLException {
    fault.at("getConnection", false);
    var connection = source.getConnection();
    return (Connection)
        Proxy.newProxyInstance(
            FlakySource.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, arguments) -> {
              fault.at(method.getName(), false);
              try {
                var result = method.invoke(connection, arguments);
                if (method.getName().equals("commit")) commits.incrementAndGet();
                fault.at(method.getName(), true);
                return result;
              } catch (InvocationTargetException thrown) {
                throw thrown.getTargetException();
              }
            });
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
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
    throw new SQLException("no " + type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
