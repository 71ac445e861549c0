package dev.phaseline.worker.takeover;

import dev.phaseline.worker.WorkerConfig;
import dev.phaseline.worker.client.ClientSettings;
import dev.phaseline.worker.client.LaneIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FenceProducersOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Abort of transactions that dead lanes left open, so that the records behind them can be read
/// before the timeout. Why that is safe: decision 11.
///
/// Gone is a lane that is not a member of its group, asked *after* its transaction was seen: a lane
/// begins none before it is a member, so one that is alive is seen as such. Only a member judges.
/// Whoever is cut off by mistake all the same makes its producer anew and publishes again.
///
/// Owned by one thread.
final class AbandonedTransactions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AbandonedTransactions.class);
  private static final Duration ANSWER = Duration.ofSeconds(3);

  private final Map<String, Object> settings;
  private final Set<String> warned = new HashSet<>();
  private @Nullable Admin admin;

  AbandonedTransactions(WorkerConfig config) {
    settings = ClientSettings.admin(config, "takeover-" + config.server(), ANSWER);
  }

  /// The place to look: a phase's topic and group.
  ///
  /// @param topic a phase's input
  /// @param group its group
  /// @param ownLanes this worker's, by client id: they look after their own transactions
  /// @param ended is told how many were ended
  record Phase(String topic, String group, Set<String> ownLanes, IntConsumer ended) {}

  /// Ends what there is to end. Takes milliseconds, and some seconds when brokers don't answer.
  ///
  /// @return whether that is all; false when it could not be told and is worth another look
  boolean end(Collection<Phase> phases) throws InterruptedException {
    try {
      var open = new TreeSet<String>();
      var all = list(open);
      for (var phase : phases) all &= end(phase, open);
      return all;
    } catch (KafkaException unanswered) {
      return isHopeless("", unanswered, "");
    }
  }

  /// @param into gets the ids of the transactions that are under way, in the whole cluster
  /// @return whether every broker has told its own
  private boolean list(Set<String> into) throws InterruptedException {
    var until = System.nanoTime() + ANSWER.toNanos();
    // brokers could look for the ids themselves, but only from 4.1 on, and only by a pattern
    var ongoing = new ListTransactionsOptions().filterStates(List.of(TransactionState.ONGOING));
    var all = true;
    for (var broker : answer(admin().listTransactions(ongoing).byBrokerId(), until).values()) {
      try {
        for (var found : answer(broker, until)) into.add(found.transactionalId());
      } catch (RetriableException away) {
        all = false; // perhaps it died together with the worker: what the others know is enough
      }
    }
    return all;
  }

  private boolean end(Phase phase, Set<String> open) throws InterruptedException {
    var byLane = new TreeMap<String, List<String>>();
    for (var id : open) {
      LaneIds.laneOf(phase.topic(), id)
          .filter(lane -> !phase.ownLanes().contains(lane))
          .ifPresent(lane -> byLane.computeIfAbsent(lane, _ -> new ArrayList<>()).add(id));
    }
    if (byLane.isEmpty()) return true;
    try {
      var members = members(phase.group());
      if (Collections.disjoint(members, phase.ownLanes())) return false; // who am I to judge
      byLane.keySet().removeAll(members);
      return byLane.isEmpty() || fence(phase, byLane);
    } catch (KafkaException unanswered) {
      var right = "DESCRIBE on group " + phase.group();
      return isHopeless(phase.topic(), unanswered, right);
    }
  }

  private Set<String> members(String group) throws InterruptedException {
    var until = System.nanoTime() + ANSWER.toNanos();
    var described = answer(admin().describeConsumerGroups(List.of(group)).all(), until).get(group);
    var members = new HashSet<String>();
    if (described == null) return members;
    for (var member : described.members()) members.add(member.clientId());
    return members;
  }

  private boolean fence(Phase phase, Map<String, List<String>> byLane) throws InterruptedException {
    var until = System.nanoTime() + ANSWER.toNanos();
    var ids = byLane.values().stream().flatMap(List::stream).toList();
    // this is also the timeout of transactions under the id, until it has an owner again
    var options = new FenceProducersOptions().timeoutMs((int) ANSWER.toMillis());
    var fenced = admin().fenceProducers(ids, options).fencedProducers();
    var all = true;
    for (var lane : byLane.entrySet()) {
      var ended = 0;
      for (var id : lane.getValue()) {
        try {
          answer(Objects.requireNonNull(fenced.get(id)), until);
          ended++;
        } catch (KafkaException refused) {
          var right = "WRITE on the transactional ids that begin with " + phase.topic() + '.';
          all &= isHopeless(phase.topic(), refused, right);
        }
      }
      if (ended == 0) continue;
      phase.ended().accept(ended);
      LOG.info(
          "{} is gone and left {} open: ended, what is behind can be read",
          lane.getKey(),
          ended == 1 ? "a transaction" : ended + " transactions");
    }
    return all;
  }

  /// Whether it is not worth asking again; then it is said once for each phase.
  private boolean isHopeless(String topic, KafkaException failure, String right) {
    if (failure instanceof RetriableException) {
      LOG.debug("can't see now what workers that are gone have left open", failure);
      return false;
    }
    if (!warned.add(topic)) return true;
    var remedy =
        failure instanceof AuthorizationException && !right.isEmpty() ? "; grant " + right : "";
    LOG.warn(
        "can't end what workers that are gone have left open{}: {}{}. It ends by its timeout, and"
            + " hides what is behind it until then",
        topic.isEmpty() ? "" : " in " + topic,
        failure.getMessage(),
        remedy);
    return true;
  }

  /// The answer, waited for until then; a KafkaException where there is none.
  static <T> T answer(KafkaFuture<T> future, long until) throws InterruptedException {
    try {
      return future.get(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new org.apache.kafka.common.errors.TimeoutException("no answer in time", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
    }
  }

  /// Made when it is needed first, and kept: a takeover is no time to make connections.
  private Admin admin() {
    var present = admin;
    if (present == null) admin = present = Admin.create(settings);
    return present;
  }

  @Override
  public void close() {
    var present = admin;
    admin = null;
    if (present != null) present.close(Duration.ZERO);
  }
}
