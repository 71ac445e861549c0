package dev.phaseline.scheduler;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/// Check of the tracker by the members of its group; brokers are asked every two seconds, as long
/// as it is looked at. Thread-safe.
final class GroupWatch implements TrackerWatch {
  private static final Duration FRESH = Duration.ofSeconds(2);

  private final Admin admin;
  private final String group;
  private State last = State.UNKNOWN;
  private boolean asked;
  private long askedNanos;

  /// @param admin stays the caller's to close
  /// @param group the tracker's
  GroupWatch(Admin admin, String group) {
    this.admin = admin;
    this.group = group;
  }

  @Override
  public synchronized State look() {
    if (!asked || System.nanoTime() - askedNanos > FRESH.toNanos()) ask();
    return last;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the answer comes to the callback
  private void ask() {
    asked = true;
    askedNanos = System.nanoTime();
    try {
      admin
          .describeConsumerGroups(List.of(group))
          .all()
          .whenComplete(
              (found, failed) -> {
                if (failed == null) {
                  var runs = found.values().stream().anyMatch(one -> !one.members().isEmpty());
                  answered(runs ? State.RUNS : State.MISSING);
                } else {
                  var cause = failed.getCause() == null ? failed : failed.getCause();
                  answered(
                      cause instanceof GroupIdNotFoundException ? State.MISSING : State.UNKNOWN);
                }
              });
    } catch (KafkaException closed) {
      last = State.UNKNOWN;
    }
  }

  private synchronized void answered(State state) {
    last = state;
  }
}
