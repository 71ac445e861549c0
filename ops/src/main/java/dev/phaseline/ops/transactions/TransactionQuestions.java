package dev.phaseline.ops.transactions;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersOptions;
import org.apache.kafka.clients.admin.DescribeProducersResult.PartitionProducerState;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTransactionsOptions;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/// The questions that a search for open transactions asks a cluster. Each place that can be silent
/// alone has a future of its own. The client gives up at the deadline too. Thread-safe.
interface TransactionQuestions {
  /// The names of all topics, Kafka's own too.
  KafkaFuture<Set<String>> topics(Deadline until);

  Map<String, KafkaFuture<TopicDescription>> describe(Collection<String> topics, Deadline until);

  Groups groups(Deadline until);

  /// The groups of the brokers that answered, and the failures of the others.
  record Groups(
      KafkaFuture<Collection<GroupListing>> listed, KafkaFuture<Collection<Throwable>> errors) {}

  Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> ends(
      Set<TopicPartition> partitions, IsolationLevel isolation, Deadline until);

  Map<TopicPartition, KafkaFuture<PartitionProducerState>> producers(
      Set<TopicPartition> partitions, Deadline until);

  /// The transactions of these producers, by the broker that coordinates them.
  KafkaFuture<Map<Integer, KafkaFuture<Collection<TransactionListing>>>> listings(
      Set<Long> producerIds, Deadline until);

  Map<String, KafkaFuture<TransactionDescription>> transactions(
      Collection<String> transactionalIds, Deadline until);

  /// The questions as an admin client asks them.
  static TransactionQuestions of(Admin admin) {
    return new OfAdmin(admin);
  }

  /// An admin client.
  record OfAdmin(Admin admin) implements TransactionQuestions {
    @Override
    public KafkaFuture<Set<String>> topics(Deadline until) {
      var options = new ListTopicsOptions().listInternal(true).timeoutMs(until.leftMs());
      return admin.listTopics(options).names();
    }

    @Override
    public Map<String, KafkaFuture<TopicDescription>> describe(
        Collection<String> topics, Deadline until) {
      var options = new DescribeTopicsOptions().timeoutMs(until.leftMs());
      return admin.describeTopics(topics, options).topicNameValues();
    }

    @Override
    public Groups groups(Deadline until) {
      var result = admin.listGroups(new ListGroupsOptions().timeoutMs(until.leftMs()));
      return new Groups(result.valid(), result.errors());
    }

    @Override
    public Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> ends(
        Set<TopicPartition> partitions, IsolationLevel isolation, Deadline until) {
      var wanted = new HashMap<TopicPartition, OffsetSpec>();
      for (var partition : partitions) wanted.put(partition, OffsetSpec.latest());
      var options = new ListOffsetsOptions(isolation).timeoutMs(until.leftMs());
      var result = admin.listOffsets(wanted, options);
      var answers = new HashMap<TopicPartition, KafkaFuture<ListOffsetsResultInfo>>();
      for (var partition : partitions) answers.put(partition, result.partitionResult(partition));
      return answers;
    }

    @Override
    public Map<TopicPartition, KafkaFuture<PartitionProducerState>> producers(
        Set<TopicPartition> partitions, Deadline until) {
      var options = new DescribeProducersOptions().timeoutMs(until.leftMs());
      var result = admin.describeProducers(partitions, options);
      var answers = new HashMap<TopicPartition, KafkaFuture<PartitionProducerState>>();
      for (var partition : partitions) answers.put(partition, result.partitionResult(partition));
      return answers;
    }

    @Override
    public KafkaFuture<Map<Integer, KafkaFuture<Collection<TransactionListing>>>> listings(
        Set<Long> producerIds, Deadline until) {
      var options = new ListTransactionsOptions().filterProducerIds(producerIds);
      return admin.listTransactions(options.timeoutMs(until.leftMs())).byBrokerId();
    }

    @Override
    public Map<String, KafkaFuture<TransactionDescription>> transactions(
        Collection<String> transactionalIds, Deadline until) {
      var options = new DescribeTransactionsOptions().timeoutMs(until.leftMs());
      var result = admin.describeTransactions(transactionalIds, options);
      var answers = new HashMap<String, KafkaFuture<TransactionDescription>>();
      for (var id : transactionalIds) answers.put(id, result.description(id));
      return answers;
    }
  }
}
