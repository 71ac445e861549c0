package dev.phaseline.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Executor;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The choice of the connection that is closed when there are as many as there may be.
final class DeadlinesTest {
  private final ScheduledExecutorScheduler scheduler = new ScheduledExecutorScheduler();
  private final Deadlines deadlines =
      new Deadlines(scheduler, HttpLimits.usual().withConnections(3));

  @BeforeEach
  void start() throws Exception {
    scheduler.start();
  }

  @AfterEach
  void stop() throws Exception {
    scheduler.stop();
  }

  @Test
  void newConnectionWhoseRequestIsOnItsWayOutlivesOnesThatHadTheirAnswer() {
    var first = atWork();
    var second = atWork();
    var third = atWork();
    deadlines.waits(first);
    assertThat(isOpen(first)).as("idle while all are open").isFalse();
    var fresh = opened();
    deadlines.waits(second);
    deadlines.waits(third);

    assertThat(isOpen(fresh)).isTrue();
    assertThat(isOpen(second)).as("answered first").isFalse();
    assertThat(isOpen(third)).as("there is room again").isTrue();
  }

  @Test
  void longestSilentMakesRoomWhenNoneHadAnAnswer() {
    var first = opened();
    var second = opened();
    var third = opened();
    assertThat(isOpen(first)).isFalse();
    var fourth = opened();

    assertThat(isOpen(second)).isFalse();
    assertThat(isOpen(third)).isTrue();
    assertThat(isOpen(fourth)).isTrue();
  }

  @Test
  void connectionsAtWorkAreNeverClosed() {
    var atWork = new Connection[] {atWork(), atWork(), atWork()};
    var fresh = opened();

    for (var each : atWork) assertThat(isOpen(each)).isTrue();
    assertThat(isOpen(fresh)).isTrue();
  }

  private Connection opened() {
    var connection = new Idle(new ByteArrayEndPoint(scheduler, 0), Runnable::run);
    deadlines.onOpened(connection);
    return connection;
  }

  private Connection atWork() {
    var connection = opened();
    deadlines.received(connection);
    return connection;
  }

  private static boolean isOpen(Connection connection) {
    return connection.getEndPoint().isOpen();
  }

  /// A connection that never reads.
  private static final class Idle extends AbstractConnection {
    Idle(ByteArrayEndPoint endPoint, Executor executor) {
      super(endPoint, executor);
    }

    @Override
    public void onFillable() {}
  }
}
