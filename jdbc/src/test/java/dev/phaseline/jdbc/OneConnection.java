package dev.phaseline.jdbc;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/// A data source with one connection, which stays open.
final class OneConnection extends FlakySource {
  private final Connection connection;

  OneConnection(Connection connection) {
    super(noSource(), (_, _) -> {});
    this.connection = connection;
  }

  private static DataSource noSource() {
    return (DataSource)
        Proxy.newProxyInstance(
            OneConnection.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (_, method, _) -> {
              throw new SQLException("not called: " + method);
            });
  }

  @Override
  public Connection getConnection() {
    return (Connection)
        Proxy.newProxyInstance(
            OneConnection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, arguments) ->
                method.getName().equals("close") ? null : method.invoke(connection, arguments));
  }
}
