package dev.phaseline.worker.group;

import dev.phaseline.worker.WorkerConfig;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InterruptException;

/// Check with the group's coordinator that partitions which the consumer reports are still assigned
/// to it.
///
/// In the new protocol a consumer takes an assignment on a thread of its own and reports it at the
/// next poll. If the member is put out of the group in between, Kafka 4.3.1 reports it all the
/// same, perhaps when the member has joined again: partitions that are somebody else's by now, with
/// a membership under which the broker takes offsets for them. Both would publish what they find.
///
/// What this asks comes after the report, and whoever loses partitions after a report is told.
/// Decision 16 has the histories. In the classic protocol all of it happens in a poll, and there is
/// nothing to ask.
///
/// Owned by the lane's thread.
public final class AssignmentCheck {
  private static final Duration WAIT = Duration.ofSeconds(30); // as for offsets, which come next
  private static final long LOOK_MS = 100;

  private final WorkerConfig.Protocol protocol;
  private final GroupMembers members;

  public AssignmentCheck(WorkerConfig.Protocol protocol, GroupMembers members) {
    this.protocol = protocol;
    this.members = members;
  }

  /// Confirms that partitions are assigned to the member, as the coordinator sees it now. Waits.
  ///
  /// @param self the member to which they were reported
  /// @param hopeless whether an answer is no longer worth waiting for
  /// @throws OutdatedAssignmentException when not all of them are the member's
  /// @throws KafkaException when the coordinator does not tell
  public void confirm(
      ConsumerGroupMetadata self, Collection<TopicPartition> partitions, BooleanSupplier hopeless) {
    if (protocol == WorkerConfig.Protocol.CLASSIC) return;
    var has = has(self, answer(members.of(self.groupId(), WAIT), hopeless));
    var foreign = partitions.stream().filter(each -> !has.contains(each)).toList();
    if (foreign.isEmpty()) return;
    throw new OutdatedAssignmentException(
        "the consumer was given "
            + foreign
            + ", which group "
            + self.groupId()
            + " does not count as its own (any more): it was cut off meanwhile");
  }

  private static Set<TopicPartition> has(
      ConsumerGroupMetadata self, Collection<MemberDescription> members) {
    for (var member : members) {
      if (member.consumerId().equals(self.memberId())) return member.assignment().topicPartitions();
    }
    return Set.of();
  }

  /// Answer of the brokers, awaited while it can still come.
  ///
  /// @throws KafkaException what they say instead
  public static <T> T answer(KafkaFuture<T> asked, BooleanSupplier hopeless) {
    while (true) {
      try {
        return asked.get(LOOK_MS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException notYet) {
        if (hopeless.getAsBoolean()) throw new DisconnectException("stopping without a broker");
      } catch (ExecutionException e) {
        throw e.getCause() instanceof KafkaException known
            ? known
            : new KafkaException(e.getCause());
      } catch (InterruptedException e) {
        throw new InterruptException(e); // sets the flag, as the consumer's own calls do
      }
    }
  }
}
