package dev.phaseline.ops.transactions;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.DescribeProducersResult.PartitionProducerState;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;

/// A cluster of three brokers as a search for open transactions sees it, parts of which are silent.
/// For one thread.
final class FakeTransactions implements TransactionQuestions {
  static final TopicPartition FIRST = new TopicPartition("pl.p.fetch", 0);
  static final TopicPartition OTHER = new TopicPartition("pl.p.fetch", 1);
  private static final String COORDINATORS = "__transaction_state";
  private static final String OFFSETS = "__consumer_offsets";
  private static final int BROKERS = 3;
  private static final long PRODUCER = 7;

  final Set<TopicPartition> silent = new HashSet<>();

  /// Topics that are listed, and deleted before they are described.
  final Set<String> deleted = new HashSet<>();

  private final Set<Integer> away = new HashSet<>();
  private final Map<Long, String> listed = new HashMap<>();
  private int looks;
  int leaderlessCoordinators;
  boolean describes = true;
  boolean groupsFail;
  boolean listsTopics = true;
  boolean open = true;

  /// Silent places give no answer at all, in place of the client's word that there was none.
  boolean hangs;

  Runnable onSecondLook = () -> {};

  void isAway(int broker) {
    away.add(broker);
  }

  void isListed(long producerId, String transactionalId) {
    listed.put(producerId, transactionalId);
  }

  private <T> KafkaFuture<T> noAnswer() {
    var future = new KafkaFutureImpl<T>();
    if (!hangs) future.completeExceptionally(new TimeoutException("timed out"));
    return future;
  }

  @Override
  public KafkaFuture<Set<String>> topics(Deadline until) {
    if (!listsTopics) return noAnswer();
    return KafkaFuture.completedFuture(
        Set.of("pl.p.fetch", "others.p.fetch", COORDINATORS, OFFSETS));
  }

  @Override
  public Map<String, KafkaFuture<TopicDescription>> describe(
      Collection<String> topics, Deadline until) {
    return topics.stream().collect(Collectors.toMap(topic -> topic, this::described));
  }

  private KafkaFuture<TopicDescription> described(String name) {
    if (!deleted.contains(name)) return KafkaFuture.completedFuture(topic(name));
    var gone = new KafkaFutureImpl<TopicDescription>();
    gone.completeExceptionally(new UnknownTopicOrPartitionException("it is gone"));
    return gone;
  }

  private TopicDescription topic(String name) {
    var node = new Node(1, "h", 9092);
    var partitions =
        IntStream.range(0, 2)
            .mapToObj(
                at -> {
                  var isLed = !name.equals(COORDINATORS) || at >= leaderlessCoordinators;
                  var leader = isLed ? node : Node.noNode();
                  return new TopicPartitionInfo(at, leader, List.of(node), List.of(node));
                })
            .toList();
    return new TopicDescription(name, false, partitions);
  }

  @Override
  public Groups groups(Deadline until) {
    Collection<Throwable> errors = groupsFail ? List.of(new TimeoutException("away")) : List.of();
    return new Groups(KafkaFuture.completedFuture(List.of()), KafkaFuture.completedFuture(errors));
  }

  @Override
  public Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> ends(
      Set<TopicPartition> partitions, IsolationLevel isolation, Deadline until) {
    if (isolation == IsolationLevel.READ_COMMITTED && ++looks == 2) onSecondLook.run();
    var answers = new HashMap<TopicPartition, KafkaFuture<ListOffsetsResultInfo>>();
    for (var one : partitions) {
      var isHidden = open && one.equals(FIRST) && isolation == IsolationLevel.READ_COMMITTED;
      var end = new ListOffsetsResultInfo(isHidden ? 5 : 9, -1, Optional.empty());
      answers.put(one, silent.contains(one) ? noAnswer() : KafkaFuture.completedFuture(end));
    }
    return answers;
  }

  @Override
  public Map<TopicPartition, KafkaFuture<PartitionProducerState>> producers(
      Set<TopicPartition> partitions, Deadline until) {
    var state = new ProducerState(PRODUCER, 1, 3, 1_000, OptionalInt.of(0), OptionalLong.of(5));
    var all = new PartitionProducerState(List.of(state));
    return partitions.stream()
        .collect(Collectors.toMap(one -> one, _ -> KafkaFuture.completedFuture(all)));
  }

  @Override
  public KafkaFuture<Map<Integer, KafkaFuture<Collection<TransactionListing>>>> listings(
      Set<Long> producerIds, Deadline until) {
    var answers = new HashMap<Integer, KafkaFuture<Collection<TransactionListing>>>();
    for (var broker = 1; broker <= BROKERS; broker++) {
      Collection<TransactionListing> its =
          broker > 1
              ? List.of()
              : listed.entrySet().stream()
                  .map(
                      one ->
                          new TransactionListing(
                              one.getValue(), one.getKey(), TransactionState.ONGOING))
                  .toList();
      answers.put(broker, away.contains(broker) ? noAnswer() : KafkaFuture.completedFuture(its));
    }
    return KafkaFuture.completedFuture(answers);
  }

  @Override
  public Map<String, KafkaFuture<TransactionDescription>> transactions(
      Collection<String> transactionalIds, Deadline until) {
    var description =
        new TransactionDescription(
            1, TransactionState.ONGOING, PRODUCER, 1, 15_000, OptionalLong.of(500), Set.of(FIRST));
    var answers = new HashMap<String, KafkaFuture<TransactionDescription>>();
    for (var id : transactionalIds) {
      answers.put(id, describes ? KafkaFuture.completedFuture(description) : noAnswer());
    }
    return answers;
  }
}
