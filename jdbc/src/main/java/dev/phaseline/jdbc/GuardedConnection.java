package dev.phaseline.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A handler's view of a connection whose transaction is not the handler's to end. Calls that would
/// end it, and those that would lead to the connection below, are refused with their names; after
/// the handler has returned, all are. A refusal counts although the handler catches it.
///
/// Used by the handler's thread.
final class GuardedConnection implements InvocationHandler {
  private static final Set<String> REFUSED =
      Set.of(
          "commit",
          "close",
          "abort",
          "setAutoCommit",
          "setReadOnly",
          "setTransactionIsolation",
          "unwrap",
          "beginRequest",
          "endRequest");

  private final Connection connection;
  private final Statements statements;
  private final String handler;
  private final Connection view;
  private @Nullable SQLException refusal;
  private volatile boolean ended;

  /// @param handler its name in messages
  GuardedConnection(Connection connection, Statements statements, String handler) {
    this.connection = connection;
    this.statements = statements;
    this.handler = handler;
    this.view = proxy(Connection.class, this);
  }

  /// The connection that the handler gets.
  Connection view() {
    return view;
  }

  /// Takes the connection from the handler.
  ///
  /// @throws SQLException the first refusal, if there was one
  void end() throws SQLException {
    ended = true;
    if (refusal != null) throw refusal;
  }

  @Override
  public @Nullable Object invoke(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    var name = method.getName();
    if (method.getDeclaringClass() == Object.class) return ofObject(proxy, name, arguments);
    if (name.equals("isWrapperFor")) return false;
    if (name.equals("isClosed")) return ended;
    check(name, arguments);
    var result = call(connection, method, arguments);
    return result instanceof Statement made ? guarded(made) : result;
  }

  private void check(String name, @Nullable Object @Nullable [] arguments) throws SQLException {
    if (ended)
      throw new SQLException(handler + " has returned: its connection is no longer its own");
    if (REFUSED.contains(name) || (name.equals("rollback") && arguments == null)) {
      throw refused("Connection." + name + "()");
    }
    checkSql(name, arguments);
  }

  private void checkSql(String name, @Nullable Object @Nullable [] arguments) throws SQLException {
    if (arguments == null || !(arguments[0] instanceof String sql)) return;
    var runs = name.startsWith("prepare") || name.startsWith("execute") || name.equals("addBatch");
    if (runs && statements.endsTransaction(sql)) throw refused("'" + sql.strip() + "'");
  }

  private SQLException refused(String call) {
    var refused =
        new SQLFeatureNotSupportedException(
            handler
                + " called "
                + call
                + ": its transaction also has the item's outcome, and is ended by the phase;"
                + " return an outcome instead");
    if (refusal == null) refusal = refused;
    return refused;
  }

  private Statement guarded(Statement made) throws SQLException {
    statements.limit(made);
    InvocationHandler guard =
        (proxy, method, arguments) -> ofStatement(made, proxy, method, arguments);
    return switch (made) {
      case CallableStatement _ -> proxy(CallableStatement.class, guard);
      case PreparedStatement _ -> proxy(PreparedStatement.class, guard);
      default -> proxy(Statement.class, guard);
    };
  }

  private @Nullable Object ofStatement(
      Statement made, Object proxy, Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    var name = method.getName();
    if (method.getDeclaringClass() == Object.class) return ofObject(proxy, name, arguments);
    if (name.equals("getConnection")) return view;
    if (name.equals("isWrapperFor")) return false;
    if (name.equals("unwrap")) throw refused("Statement.unwrap()");
    checkSql(name, arguments);
    return call(made, method, arguments);
  }

  @SuppressWarnings("ReferenceEquality") // a connection is equal to itself alone
  private @Nullable Object ofObject(
      Object proxy, String name, @Nullable Object @Nullable [] arguments) {
    return switch (name) {
      case "equals" -> arguments != null && proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> "the connection of " + handler;
    };
  }

  private static @Nullable Object call(
      Object target, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getTargetException();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    var loader = GuardedConnection.class.getClassLoader();
    return type.cast(Proxy.newProxyInstance(loader, new Class<?>[] {type}, handler));
  }
}
