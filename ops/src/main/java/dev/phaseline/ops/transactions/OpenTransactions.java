package dev.phaseline.ops.transactions;

import dev.phaseline.ops.transactions.OpenTransaction.Part;
import dev.phaseline.ops.transactions.OpenTransaction.State;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.AdminAnswers;
import dev.phaseline.topics.ClusterException;
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
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.jspecify.annotations.Nullable;

/// Finds the transactions that hide records or offsets of one namespace, and ends those that nobody
/// else is going to end.
///
/// What hides is told by the partitions, whether it will end by the coordinators: what is open on a
/// partition that its coordinator does not have on its list hangs there. That is Kafka's own way to
/// find hanging transactions (KIP-664, `kafka-transactions.sh`), but for its rule of age: here both
/// are asked again after a second.
///
/// Thread-safe as far as the admin client is. Asks each broker for its transactions: cheap enough
/// for people, not for every second.
public final class OpenTransactions {
  private static final Duration SECOND_LOOK = Duration.ofSeconds(1);
  private static final Comparator<Part> BY_PLACE =
      Comparator.comparing((Part part) -> part.partition().topic())
          .thenComparingInt(part -> part.partition().partition());

  private final Admin admin;
  private final String prefix;

  /// Looks at what belongs to a namespace: its topics, and the offsets of its groups.
  public OpenTransactions(Admin admin, TopicNames names) {
    this.admin = admin;
    this.prefix = names.namespace() + '.';
  }

  /// All that are open now, hanging ones first, then the oldest.
  ///
  /// @throws ClusterException when the cluster does not answer, or not to us
  public List<OpenTransaction> find() {
    var partitions = partitions();
    var first = look(partitions);
    if (first.stream().noneMatch(one -> one.state() == State.HANGING)) return first;
    // One that ended between the two questions looks as if it hung; at the next look it is gone.
    LockSupport.parkNanos(SECOND_LOOK.toNanos());
    var seen = new HashSet<Identity>();
    for (var one : first) if (one.state() == State.HANGING) seen.add(Identity.of(one));
    return look(partitions).stream()
        .filter(one -> one.state() != State.HANGING || seen.contains(Identity.of(one)))
        .toList();
  }

  /// By what a transaction is known at the second look.
  private record Identity(long producerId, int epoch, long from) {
    static Identity of(OpenTransaction one) {
      return new Identity(one.producerId(), one.epoch(), one.parts().getFirst().from());
    }
  }

  /// Takes back what a hanging transaction wrote, so that what is behind it can be read.
  ///
  /// @param hanging from [#find]
  /// @throws IllegalArgumentException when it must be kept, saying why
  /// @throws ClusterException when the cluster does not do it; what was done stays, and the call
  ///   can be made again with what [#find] says then
  public void abort(OpenTransaction hanging) {
    hanging
        .keepBecause()
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(why);
            });
    abortAnyway(hanging);
  }

  /// Takes back what a hanging transaction wrote, also where that may lose results: of a producer
  /// that never comes again, say.
  ///
  /// @throws IllegalArgumentException when it doesn't hang
  /// @throws ClusterException as [#abort] does
  public void abortAnyway(OpenTransaction hanging) {
    if (hanging.state() != State.HANGING) {
      throw new IllegalArgumentException("it does not hang, it is " + hanging.state());
    }
    for (var part : hanging.parts()) {
      var spec =
          new AbortTransactionSpec(
              part.partition(),
              hanging.producerId(),
              (short) hanging.epoch(),
              part.coordinatorEpoch());
      AdminAnswers.sure(
          "abort the transaction of producer " + hanging.producerId() + " in " + part.partition(),
          admin.abortTransaction(spec).all());
    }
  }

  /// Where something can be hidden from this namespace.
  private Set<TopicPartition> partitions() {
    var options = new ListTopicsOptions().listInternal(true);
    var names = AdminAnswers.sure("list topics", admin.listTopics(options).names());
    var ours = names.stream().filter(name -> name.startsWith(prefix)).toList();
    var partitions = new HashSet<TopicPartition>();
    describe(ours).forEach((topic, count) -> add(topic, count, partitions));
    if (names.contains(OpenTransaction.OFFSETS)) {
      var count = describe(List.of(OpenTransaction.OFFSETS)).values().iterator().next();
      for (var group : groups()) {
        partitions.add(new TopicPartition(OpenTransaction.OFFSETS, placeOf(group, count)));
      }
    }
    return partitions;
  }

  private static void add(String topic, int count, Set<TopicPartition> to) {
    for (var i = 0; i < count; i++) to.add(new TopicPartition(topic, i));
  }

  private Map<String, Integer> describe(Collection<String> topics) {
    return AdminAnswers.sure("describe topics", admin.describeTopics(topics).allTopicNames())
        .values()
        .stream()
        .collect(Collectors.toMap(topic -> topic.name(), topic -> topic.partitions().size()));
  }

  private List<String> groups() {
    return AdminAnswers.sure("list groups", admin.listGroups().all()).stream()
        .map(GroupListing::groupId)
        .filter(group -> group.startsWith(prefix))
        .toList();
  }

  /// The partition that keeps a group's offsets: Kafka's rule, part of its protocol in all but
  /// name.
  static int placeOf(String group, int partitions) {
    var hash = group.hashCode();
    return (hash == Integer.MIN_VALUE ? 0 : Math.abs(hash)) % partitions;
  }

  private List<OpenTransaction> look(Set<TopicPartition> partitions) {
    var ends = hiding(partitions);
    if (ends.isEmpty()) return List.of();
    var producers = producers(ends);
    var ids = producers.keySet().stream().map(Producer::id).collect(Collectors.toSet());
    var known = known(ids);
    var found = new ArrayList<OpenTransaction>();
    producers.forEach((producer, seen) -> found.addAll(transactions(producer, seen, known)));
    found.sort(
        Comparator.comparing((OpenTransaction one) -> one.state() != State.HANGING)
            .thenComparing(OpenTransaction::lastWriteAt));
    return found;
  }

  /// The ends of those partitions of which not all can be read.
  private Map<TopicPartition, Long> hiding(Set<TopicPartition> partitions) {
    var readable = ends(partitions, IsolationLevel.READ_COMMITTED);
    var written = ends(partitions, IsolationLevel.READ_UNCOMMITTED);
    written.entrySet().removeIf(end -> end.getValue() <= readable.getOrDefault(end.getKey(), 0L));
    return written;
  }

  private Map<TopicPartition, Long> ends(Set<TopicPartition> of, IsolationLevel isolation) {
    var wanted = new HashMap<TopicPartition, OffsetSpec>();
    for (var partition : of) wanted.put(partition, OffsetSpec.latest());
    var answer = admin.listOffsets(wanted, new ListOffsetsOptions(isolation)).all();
    var ends = new HashMap<TopicPartition, Long>();
    AdminAnswers.sure("list offsets", answer).forEach((at, end) -> ends.put(at, end.offset()));
    return ends;
  }

  /// A producer, as partitions know it.
  private record Producer(long id, int epoch) {}

  /// Open transaction as a partition's leader reports it.
  private record Seen(Part part, long writtenMs) {}

  private Map<Producer, List<Seen>> producers(Map<TopicPartition, Long> ends) {
    var answer = admin.describeProducers(ends.keySet()).all();
    var found = new HashMap<Producer, List<Seen>>();
    AdminAnswers.sure("describe producers", answer)
        .forEach(
            (partition, state) -> {
              for (var one : state.activeProducers()) {
                if (one.currentTransactionStartOffset().isEmpty()) continue;
                found
                    .computeIfAbsent(
                        new Producer(one.producerId(), one.producerEpoch()), _ -> new ArrayList<>())
                    .add(seen(partition, one, ends.getOrDefault(partition, 0L)));
              }
            });
    return found;
  }

  private static Seen seen(TopicPartition partition, ProducerState one, long end) {
    var from = one.currentTransactionStartOffset().orElseThrow();
    var hidden = Math.max(0, end - from);
    var epoch = Math.max(0, one.coordinatorEpoch().orElse(0));
    return new Seen(new Part(partition, from, hidden, epoch), one.lastTimestamp());
  }

  /// Transaction of a producer as its coordinator reports it.
  private record Known(TransactionListing listing, TransactionDescription details) {}

  private Map<Long, Known> known(Set<Long> producerIds) {
    var options = new ListTransactionsOptions().filterProducerIds(producerIds);
    var known = new HashMap<Long, Known>();
    var listed = AdminAnswers.sure("list transactions", admin.listTransactions(options).all());
    // Asked for together: one after the other, each may cost a coordinator's slowest answer.
    var ids = listed.stream().map(TransactionListing::transactionalId).toList();
    if (ids.isEmpty()) return known;
    var answers = admin.describeTransactions(ids);
    for (var one : listed) {
      var id = one.transactionalId();
      try {
        var details = AdminAnswers.to("describe transaction " + id, answers.description(id));
        known.put(one.producerId(), new Known(one, details));
      } catch (ExecutionException refused) {
        if (refused.getCause() instanceof TransactionalIdNotFoundException) continue; // it expired
        throw AdminAnswers.refused("describe transaction " + id, refused);
      }
    }
    return known;
  }

  /// One, or two: a producer that is at another transaction may have left one hanging elsewhere.
  private static List<OpenTransaction> transactions(
      Producer producer, List<Seen> seen, Map<Long, Known> all) {
    var known = all.get(producer.id());
    var told = new ArrayList<Seen>();
    var untold = new ArrayList<Seen>();
    for (var one : seen) {
      var isTold =
          known != null && known.details().topicPartitions().contains(one.part().partition());
      (isTold ? told : untold).add(one);
    }
    var found = new ArrayList<OpenTransaction>();
    if (known != null && !told.isEmpty()) found.add(open(producer, told, known));
    if (!untold.isEmpty()) found.add(hanging(producer, untold, known));
    return found;
  }

  private static OpenTransaction open(Producer producer, List<Seen> seen, Known known) {
    var details = known.details();
    var state = details.state() == TransactionState.ONGOING ? State.OPEN : State.ENDING;
    var begun = details.transactionStartTimeMs();
    var started = begun.isEmpty() ? null : Instant.ofEpochMilli(begun.getAsLong());
    var ends =
        started == null || state == State.ENDING
            ? null
            : started.plusMillis(details.transactionTimeoutMs());
    return of(producer, seen, known, state, started, ends);
  }

  private static OpenTransaction hanging(
      Producer producer, List<Seen> seen, @Nullable Known known) {
    return of(producer, seen, known, State.HANGING, null, null);
  }

  private static OpenTransaction of(
      Producer producer,
      List<Seen> seen,
      @Nullable Known known,
      State state,
      @Nullable Instant started,
      @Nullable Instant ends) {
    return new OpenTransaction(
        producer.id(),
        producer.epoch(),
        known == null ? null : known.listing().transactionalId(),
        state,
        known == null ? null : known.details().state().toString(),
        started,
        ends,
        Instant.ofEpochMilli(seen.stream().mapToLong(Seen::writtenMs).max().orElse(0)),
        seen.stream().map(Seen::part).sorted(BY_PLACE).toList());
  }
}
