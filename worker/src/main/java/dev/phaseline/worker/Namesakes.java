package dev.phaseline.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells a producer that was fenced by accident (its transaction timed out) from one whose name
/// somebody else uses: then there is a member of the group with our client id that is not us.
///
/// Two workers under one name would fence each other for ever, each getting a little done. So the
/// one that is fenced gives way, which is the older one: like Kafka, the newcomer wins. Nothing is
/// lost by it, its partitions go to the other.
///
/// Owned by the lane's thread; lives as long as the lane, over all the times it is started again.
final class Namesakes {
  private static final Logger LOG = LoggerFactory.getLogger(Namesakes.class);
  private static final Duration WAIT = Duration.ofSeconds(5);

  private final WorkerConfig config;
  private final String clientId;
  private final Set<String> ownMembers = new HashSet<>(); // earlier ones linger in the group

  Namesakes(WorkerConfig config, String clientId) {
    this.config = config;
    this.clientId = clientId;
  }

  /// @param self the member that was fenced
  /// @param fenced what its producer said
  /// @throws WorkerException when another worker has our name
  void check(ConsumerGroupMetadata self, KafkaException fenced) {
    ownMembers.add(self.memberId());
    for (var member : membersOf(self.groupId())) {
      if (!member.clientId().equals(clientId) || ownMembers.contains(member.consumerId())) continue;
      throw new WorkerException(
          "another worker with the server name '"
              + config.server()
              + "' has started (on host "
              + member.host()
              + ") and has taken over from this one; give each worker a server name of its own",
          fenced);
    }
  }

  private List<MemberDescription> membersOf(String group) {
    var properties = new HashMap<>(config.kafka());
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) WAIT.toMillis());
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) WAIT.toMillis());
    try (var admin = Admin.create(properties)) {
      return admin
          .describeConsumerGroups(List.of(group))
          .all()
          .get(WAIT.toMillis(), TimeUnit.MILLISECONDS)
          .values()
          .stream()
          .flatMap(described -> described.members().stream())
          .toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } catch (ExecutionException | TimeoutException | KafkaException unanswered) {
      LOG.warn("can't see whether another worker is called {} too: {}", clientId, unanswered, null);
      return List.of();
    }
  }
}
