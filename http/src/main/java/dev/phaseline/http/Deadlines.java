package dev.phaseline.http;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// The time limits of a server's connections. Jetty's own idle timeout begins anew with each byte,
/// so a client that sends one now and then would be waited for for ever; these run to the end.
///
/// When all connections that are allowed are open, one that waits for a request is closed for the
/// next that comes: half-sent heads can't shut others out. Those that have had an answer go first,
/// the longest idle before the others, because the first request of a new connection may be on its
/// way. Thread-safe.
final class Deadlines implements Connection.Listener {
  private final Scheduler scheduler;
  private final HttpLimits limits;
  private final Set<Connection> open = new HashSet<>();
  private final SequencedMap<Connection, Scheduler.Task> unasked = new LinkedHashMap<>();
  private final SequencedMap<Connection, Scheduler.Task> answered = new LinkedHashMap<>();

  Deadlines(Scheduler scheduler, HttpLimits limits) {
    this.scheduler = scheduler;
    this.limits = limits;
  }

  /// A limit that is running; it ends when this is closed.
  interface Running extends AutoCloseable {
    @Override
    void close();
  }

  /// Closes the connection unless what is done there is over in time.
  Running within(Duration time, EndPoint endPoint) {
    var task = scheduler.schedule(endPoint::close, time.toMillis(), TimeUnit.MILLISECONDS);
    return task::cancel;
  }

  @Override
  public void onOpened(Connection connection) {
    // Room is made before it is one of those that wait, or it might be closed for itself.
    close(enter(connection));
    put(connection, unasked);
  }

  private synchronized @Nullable Connection enter(Connection connection) {
    open.add(connection);
    return tooMany();
  }

  /// The connection to close, when there are as many as there may be.
  private synchronized @Nullable Connection tooMany() {
    if (open.size() < limits.connections()) return null;
    var first = answered.isEmpty() ? unasked.firstEntry() : answered.firstEntry();
    if (first == null) return null;
    onClosed(first.getKey()); // its end makes room only once
    return first.getKey();
  }

  private static void close(@Nullable Connection connection) {
    if (connection != null) connection.getEndPoint().close();
  }

  @Override
  public synchronized void onClosed(Connection connection) {
    open.remove(connection);
    received(connection);
  }

  /// A request was answered, and the next one of this connection is awaited.
  void waits(Connection connection) {
    put(connection, answered);
    close(tooMany());
  }

  private synchronized void put(
      Connection connection, SequencedMap<Connection, Scheduler.Task> waiting) {
    if (!open.contains(connection)) return;
    var endPoint = connection.getEndPoint();
    var time = limits.request().toMillis();
    var task = scheduler.schedule(endPoint::close, time, TimeUnit.MILLISECONDS);
    var former = waiting.put(connection, task);
    if (former != null) former.cancel();
  }

  /// The head of a request is whole, or the connection is gone.
  synchronized void received(Connection connection) {
    for (var waiting : List.of(unasked, answered)) {
      var task = waiting.remove(connection);
      if (task != null) task.cancel();
    }
  }
}
