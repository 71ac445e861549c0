package dev.phaseline.worker.group;

import dev.phaseline.worker.WorkerConfig;
import dev.phaseline.worker.client.ClientSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;

/// Members of a group and their assignments, from the group's coordinator. One for all lanes of a
/// worker, with a client of its own that is made when it is asked first. Thread-safe.
public final class GroupMembers implements AutoCloseable {
  private static final Duration REQUEST = Duration.ofSeconds(5);

  private final Map<String, Object> settings;
  private @Nullable Admin admin;
  private boolean closed;

  public GroupMembers(WorkerConfig config) {
    settings = ClientSettings.admin(config, "groups-" + config.server(), REQUEST);
  }

  /// @param wait how long coordinators that are away are looked for
  /// @throws KafkaException when this is closed
  KafkaFuture<Collection<MemberDescription>> of(String group, Duration wait) {
    var options = new DescribeConsumerGroupsOptions().timeoutMs((int) wait.toMillis());
    return admin()
        .describeConsumerGroups(List.of(group), options)
        .all()
        .thenApply(described -> Objects.requireNonNull(described.get(group)).members());
  }

  /// Puts the member that has this instance id out of the group, as if it had left.
  ///
  /// @param wait how long coordinators that are away are looked for
  /// @throws KafkaException when this is closed
  KafkaFuture<Void> remove(String group, String instanceId, Duration wait) {
    var options =
        new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove(instanceId)));
    options.reason("its successor of the same name has started");
    options.timeoutMs((int) wait.toMillis());
    return admin().removeMembersFromConsumerGroup(group, options).all();
  }

  private synchronized Admin admin() {
    if (closed) throw new KafkaException("the worker has been closed");
    var present = admin;
    if (present == null) admin = present = Admin.create(settings);
    return present;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (admin != null) admin.close(Duration.ZERO);
    admin = null;
  }
}
