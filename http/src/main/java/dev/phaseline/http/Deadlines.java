package dev.phaseline.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.thread.Scheduler;

/// The time limits of a server's connections. Jetty's own idle timeout begins anew with each byte,
/// so a client that sends one now and then would be waited for for ever; these run to the end.
/// Thread-safe.
final class Deadlines implements Connection.Listener {
  private final Scheduler scheduler;
  private final Duration request;
  private final Map<Connection, Scheduler.Task> waiting = new ConcurrentHashMap<>();

  Deadlines(Scheduler scheduler, Duration request) {
    this.scheduler = scheduler;
    this.request = request;
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
    waits(connection);
  }

  @Override
  public void onClosed(Connection connection) {
    received(connection);
  }

  /// The next request of this connection is awaited from now on.
  void waits(Connection connection) {
    var endPoint = connection.getEndPoint();
    var task =
        scheduler.schedule(
            () -> {
              waiting.remove(connection);
              endPoint.close();
            },
            request.toMillis(),
            TimeUnit.MILLISECONDS);
    var former = waiting.put(connection, task);
    if (former != null) former.cancel();
  }

  /// The head of a request is whole, or the connection is gone.
  void received(Connection connection) {
    var task = waiting.remove(connection);
    if (task != null) task.cancel();
  }
}
