package dev.phaseline.ops.cluster;

import dev.phaseline.topics.AdminAnswers;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/// Members of a consumer group, as the sign that a service runs. Stateless.
public final class GroupMembers {
  private GroupMembers() {}

  /// Whether the group has a member; a group that is not there has none.
  ///
  /// @throws dev.phaseline.topics.ClusterException when the cluster does not answer
  public static boolean any(Admin admin, String group) {
    var what = "describe group " + group;
    try {
      var described = admin.describeConsumerGroups(List.of(group)).describedGroups().get(group);
      return described != null && !AdminAnswers.to(what, described).members().isEmpty();
    } catch (ExecutionException refused) {
      if (refused.getCause() instanceof GroupIdNotFoundException) return false;
      throw AdminAnswers.refused(what, refused);
    }
  }
}
