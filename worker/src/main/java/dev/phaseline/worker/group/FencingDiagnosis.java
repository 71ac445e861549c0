package dev.phaseline.worker.group;

import dev.phaseline.worker.WorkerException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Diagnosis of a fenced producer: an accident (its transaction timed out), or another process
/// under the same name: then there is a member of the group with our client id that is not us.
///
/// Two workers under one name would fence each other for ever, each getting a little done. So the
/// one that is fenced gives way, which is the older one: like Kafka, the newcomer wins. Nothing is
/// lost by it, its partitions go to the other.
///
/// A predecessor that was killed is still in the group until its session is over. Each lane has an
/// instance id in its group, and what has it is put out when the lane starts.
///
/// Owned by the lane's thread; lives as long as the lane, over all the times it is started again.
public final class FencingDiagnosis {
  private static final Logger LOG = LoggerFactory.getLogger(FencingDiagnosis.class);
  private static final Duration WAIT = Duration.ofSeconds(5);

  private final String server;
  private final String clientId;
  private final GroupMembers members;
  private final Set<String> ownMembers = new HashSet<>(); // earlier ones linger in the group
  private boolean belonged;

  public FencingDiagnosis(String server, String clientId, GroupMembers members) {
    this.server = server;
    this.clientId = clientId;
    this.members = members;
  }

  /// This member is ours, also when it is gone and the group does not know that yet.
  public void joined(ConsumerGroupMetadata self) {
    belonged = true;
    knows(self);
  }

  /// This member is ours, whether it has come to belong to the group or not.
  public void knows(ConsumerGroupMetadata self) {
    if (!self.memberId().isEmpty()) ownMembers.add(self.memberId());
  }

  /// Puts out of the group what has the lane's instance id: its predecessor, or an earlier member
  /// of its own. Its partitions would stay with it for as long as its session lasts. Decision 20
  /// has why this is safe.
  ///
  /// @throws WorkerException when the lane has belonged to the group and another worker's lane has
  ///   taken its place: the newer one stays
  public void makeRoom(String group, String instanceId) {
    for (var member : membersOf(group)) {
      if (!member.groupInstanceId().equals(Optional.of(instanceId))) continue;
      if (belonged && !ownMembers.contains(member.consumerId())) throw taken(member, null);
      putOut(group, instanceId, member);
    }
  }

  private void putOut(String group, String instanceId, MemberDescription member) {
    try {
      members.remove(group, instanceId, WAIT).get();
      LOG.info("{} has put its former member {} out of the group", clientId, member.consumerId());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | KafkaException refused) {
      LOG.warn("{} can't put its former member out of the group: {}", clientId, refused, null);
    }
  }

  /// Throws if another worker under this name is the cause of a fenced producer.
  ///
  /// @param self the member that was fenced
  /// @param fenced what its producer said
  /// @throws WorkerException when another worker has our name
  public void check(ConsumerGroupMetadata self, KafkaException fenced) {
    joined(self);
    for (var member : membersOf(self.groupId())) {
      if (!member.clientId().equals(clientId) || ownMembers.contains(member.consumerId())) continue;
      throw taken(member, fenced);
    }
  }

  private WorkerException taken(MemberDescription member, @Nullable KafkaException fenced) {
    return new WorkerException(
        "another worker with the server name '"
            + server
            + "' has started (on host "
            + member.host()
            + ") and has taken over from this one; give each worker a server name of its own",
        fenced);
  }

  private Collection<MemberDescription> membersOf(String group) {
    try {
      return members.of(group, WAIT).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } catch (ExecutionException | KafkaException unanswered) {
      if (unanswered.getCause() instanceof GroupIdNotFoundException) return List.of();
      LOG.warn("can't see whether another worker is called {} too: {}", clientId, unanswered, null);
      return List.of();
    }
  }
}
