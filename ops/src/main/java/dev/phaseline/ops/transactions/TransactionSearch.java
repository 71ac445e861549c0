package dev.phaseline.ops.transactions;

import dev.phaseline.ops.transactions.OpenTransaction.Part;
import dev.phaseline.ops.transactions.OpenTransaction.State;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.AdminAnswers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// One search for open transactions. It asks the partitions which of them hide something and whose
/// it is, then the coordinators; a place that is silent costs what it alone knows. For one thread,
/// once.
final class TransactionSearch {
  private static final String COORDINATORS = "__transaction_state";
  private static final Comparator<Part> BY_PLACE =
      Comparator.comparing((Part part) -> part.partition().topic())
          .thenComparingInt(part -> part.partition().partition());

  private final TransactionQuestions cluster;
  private final TopicNames names;
  private final Deadline deadline;
  private final Duration secondLook;
  private final Unanswered unanswered = new Unanswered();

  /// @param secondLook the time between the two looks that it takes to tell that one hangs
  TransactionSearch(
      TransactionQuestions cluster, TopicNames names, Deadline deadline, Duration secondLook) {
    this.cluster = cluster;
    this.names = names;
    this.deadline = deadline;
    this.secondLook = secondLook;
  }

  OpenTransactions.Found find() {
    var first = look(partitions());
    if (first.stream().noneMatch(one -> one.state() == State.HANGING)) return found(first);
    // One that ended between the two questions looks as if it hung; at the next look it is gone.
    LockSupport.parkNanos(secondLook.toNanos());
    var hiding = new HashSet<TopicPartition>();
    for (var one : first) for (var part : one.parts()) hiding.add(part.partition());
    var second = look(hiding);
    var sure = new ArrayList<OpenTransaction>();
    for (var one : second) {
      if (one.state() != State.HANGING || isAmong(first, one)) sure.add(one);
    }
    for (var one : first) {
      var isGone = one.parts().stream().noneMatch(part -> unanswered.has(part.partition()));
      if (!isGone && !isAmong(second, one)) sure.add(one.lookedAtOnce());
    }
    return found(sure);
  }

  private OpenTransactions.Found found(List<OpenTransaction> all) {
    return new OpenTransactions.Found(all, unanswered.lines());
  }

  /// Whether a transaction was seen at the other look: of the same producer, from the same offset.
  private static boolean isAmong(List<OpenTransaction> seen, OpenTransaction one) {
    var places = one.parts().stream().map(Place::of).collect(Collectors.toSet());
    return seen.stream()
        .filter(other -> other.producerId() == one.producerId() && other.epoch() == one.epoch())
        .flatMap(other -> other.parts().stream())
        .anyMatch(part -> places.contains(Place.of(part)));
  }

  private record Place(TopicPartition partition, long from) {
    static Place of(Part part) {
      return new Place(part.partition(), part.from());
    }
  }

  /// The partitions in which something can be hidden from this namespace.
  private Set<TopicPartition> partitions() {
    var until = deadline.half();
    var topics = AdminAnswers.sure("list topics", cluster.topics(until), until.left());
    var ours = topics.stream().filter(names::isOwn).toList();
    var partitions = new HashSet<TopicPartition>();
    describe(ours).forEach((topic, found) -> add(topic, found.partitions().size(), partitions));
    var kafkas = topics.stream().filter(Set.of(OpenTransaction.OFFSETS, COORDINATORS)::contains);
    var internal = describe(kafkas.toList());
    var offsets = internal.get(OpenTransaction.OFFSETS);
    if (offsets != null) {
      for (var group : groups()) {
        var place = OpenTransactions.placeOf(group, offsets.partitions().size());
        partitions.add(new TopicPartition(OpenTransaction.OFFSETS, place));
      }
    }
    var coordinators = internal.get(COORDINATORS);
    if (coordinators != null) unanswered.coordinators(leaderless(coordinators));
    return partitions;
  }

  private static void add(String topic, int count, Set<TopicPartition> to) {
    for (var i = 0; i < count; i++) to.add(new TopicPartition(topic, i));
  }

  private static long leaderless(TopicDescription topic) {
    return topic.partitions().stream()
        .filter(one -> one.leader() == null || one.leader().isEmpty())
        .count();
  }

  /// The topics that are still there: one can be deleted after it was listed, and hides nothing
  /// then.
  private Map<String, TopicDescription> describe(Collection<String> topics) {
    if (topics.isEmpty()) return Map.of();
    var until = deadline.half();
    var found = new HashMap<String, TopicDescription>();
    for (var asked : cluster.describe(topics, until).entrySet()) {
      var topic = asked.getKey();
      AdminAnswers.ifThere("describe topic " + topic, asked.getValue(), until.left())
          .ifPresent(description -> found.put(topic, description));
    }
    return found;
  }

  private List<String> groups() {
    var until = deadline.half();
    var asked = cluster.groups(until);
    try {
      var listed = AdminAnswers.inTime("list groups", asked.listed(), until.left());
      var errors = AdminAnswers.inTime("list groups", asked.errors(), until.left());
      if (listed.isEmpty() || errors.isEmpty() || !errors.get().isEmpty()) unanswered.groups();
      return listed.orElse(List.of()).stream()
          .map(GroupListing::groupId)
          .filter(names::isOwn)
          .toList();
    } catch (ExecutionException refused) {
      throw AdminAnswers.refused("list groups", refused);
    }
  }

  private List<OpenTransaction> look(Set<TopicPartition> partitions) {
    var ends = hiding(partitions);
    if (ends.isEmpty()) return List.of();
    var producers = producers(ends);
    if (producers.isEmpty()) return List.of();
    var ids = producers.keySet().stream().map(Producer::id).collect(Collectors.toSet());
    var coordinators = new TransactionCoordinators(cluster, deadline, unanswered).ask(ids);
    var found = new ArrayList<OpenTransaction>();
    producers.forEach((producer, seen) -> found.addAll(transactions(producer, seen, coordinators)));
    found.sort(
        Comparator.comparing((OpenTransaction one) -> one.state() != State.HANGING)
            .thenComparing(OpenTransaction::lastWriteAt));
    return found;
  }

  /// The ends of those partitions of which not all can be read.
  private Map<TopicPartition, Long> hiding(Set<TopicPartition> partitions) {
    if (partitions.isEmpty()) return Map.of();
    var until = deadline.half();
    var committed = cluster.ends(partitions, IsolationLevel.READ_COMMITTED, until);
    var all = cluster.ends(partitions, IsolationLevel.READ_UNCOMMITTED, until);
    var hiding = new HashMap<TopicPartition, Long>();
    try {
      for (var partition : partitions) {
        var readable = AdminAnswers.inTime("list offsets", committed.get(partition), until.left());
        var written = AdminAnswers.inTime("list offsets", all.get(partition), until.left());
        if (readable.isEmpty() || written.isEmpty()) unanswered.partition(partition);
        else if (written.get().offset() > readable.get().offset()) {
          hiding.put(partition, written.get().offset());
        }
      }
    } catch (ExecutionException refused) {
      throw AdminAnswers.refused("list offsets", refused);
    }
    return hiding;
  }

  /// A producer, as partitions know it.
  private record Producer(long id, int epoch) {}

  /// A transaction that is open in partitions, as these report it.
  private record Seen(Part part, long writtenMs) {}

  private Map<Producer, List<Seen>> producers(Map<TopicPartition, Long> ends) {
    var until = deadline.half();
    var asked = cluster.producers(ends.keySet(), until);
    var found = new HashMap<Producer, List<Seen>>();
    try {
      for (var end : ends.entrySet()) {
        var partition = end.getKey();
        var answer = AdminAnswers.inTime("describe producers", asked.get(partition), until.left());
        if (answer.isEmpty()) {
          unanswered.partition(partition);
          continue;
        }
        for (var one : answer.get().activeProducers()) {
          if (one.currentTransactionStartOffset().isEmpty()) continue;
          found
              .computeIfAbsent(
                  new Producer(one.producerId(), one.producerEpoch()), _ -> new ArrayList<>())
              .add(seen(partition, one, end.getValue()));
        }
      }
    } catch (ExecutionException refused) {
      throw AdminAnswers.refused("describe producers", refused);
    }
    return found;
  }

  private static Seen seen(TopicPartition partition, ProducerState one, long end) {
    var from = one.currentTransactionStartOffset().orElseThrow();
    var hidden = Math.max(0, end - from);
    var epoch = Math.max(0, one.coordinatorEpoch().orElse(0));
    return new Seen(new Part(partition, from, hidden, epoch), one.lastTimestamp());
  }

  /// One, or two: a producer that is at another transaction may have left one hanging elsewhere.
  private static List<OpenTransaction> transactions(
      Producer producer, List<Seen> seen, TransactionCoordinators.Told all) {
    var known = all.of(producer.id());
    var details = known == null ? null : known.details();
    if (details == null) {
      var state = known != null || all.someSilent() ? State.UNKNOWN : State.HANGING;
      return List.of(of(producer, seen, known, state, null, null));
    }
    var told = new ArrayList<Seen>();
    var untold = new ArrayList<Seen>();
    for (var one : seen) {
      (details.topicPartitions().contains(one.part().partition()) ? told : untold).add(one);
    }
    var found = new ArrayList<OpenTransaction>();
    if (!told.isEmpty()) {
      var state = details.state() == TransactionState.ONGOING ? State.OPEN : State.ENDING;
      var begun = details.transactionStartTimeMs();
      var started = begun.isEmpty() ? null : Instant.ofEpochMilli(begun.getAsLong());
      var ends =
          started == null || state == State.ENDING
              ? null
              : started.plusMillis(details.transactionTimeoutMs());
      found.add(of(producer, told, known, state, started, ends));
    }
    if (!untold.isEmpty()) found.add(of(producer, untold, known, State.HANGING, null, null));
    return found;
  }

  private static OpenTransaction of(
      Producer producer,
      List<Seen> seen,
      TransactionCoordinators.@Nullable Known known,
      State state,
      @Nullable Instant started,
      @Nullable Instant ends) {
    return new OpenTransaction(
        producer.id(),
        producer.epoch(),
        known == null ? null : known.listing().transactionalId(),
        state,
        known == null ? null : known.state(),
        started,
        ends,
        Instant.ofEpochMilli(seen.stream().mapToLong(Seen::writtenMs).max().orElse(0)),
        seen.stream().map(Seen::part).sorted(BY_PLACE).toList());
  }
}
