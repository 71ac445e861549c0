package dev.phaseline.ops.transactions;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/// The places that did not answer a search for open transactions in time. For one thread.
final class Unanswered {
  private static final int SHOWN_MAX = 8;

  private final Map<String, Set<Integer>> partitions = new TreeMap<>();
  private final Set<Integer> brokers = new TreeSet<>();
  private boolean groups;
  private boolean allBrokers;
  private long coordinators;

  void partition(TopicPartition silent) {
    partitions.computeIfAbsent(silent.topic(), _ -> new TreeSet<>()).add(silent.partition());
  }

  boolean has(TopicPartition partition) {
    return partitions.getOrDefault(partition.topic(), Set.of()).contains(partition.partition());
  }

  /// Some broker did not list its groups.
  void groups() {
    groups = true;
  }

  /// A broker did not list the transactions that it coordinates.
  void broker(int id) {
    brokers.add(id);
  }

  /// No broker could be asked for the transactions that it coordinates.
  void brokers() {
    allBrokers = true;
  }

  /// So many coordinators of transactions have no broker that leads them.
  void coordinators(long leaderless) {
    coordinators = leaderless;
  }

  /// Whether a coordinator is among them: one that was not heard may know any transaction.
  boolean someCoordinator() {
    return allBrokers || !brokers.isEmpty() || coordinators > 0;
  }

  /// A line for each kind; empty when all answered.
  List<String> lines() {
    var lines = new ArrayList<String>();
    partitions.forEach(
        (topic, silent) ->
            lines.add(
                topic + ": " + few(silent) + " did not answer; what is open there is not shown"));
    if (groups) {
      lines.add("not all brokers listed their groups; offsets that are hidden may not be shown");
    }
    if (allBrokers) lines.add("no broker listed the transactions that it coordinates");
    if (!brokers.isEmpty()) {
      lines.add("broker " + numbers(brokers) + " did not list the transactions it coordinates");
    }
    if (coordinators > 0) {
      lines.add(
          "%d %s of __transaction_state %s no leader; the transactions coordinated there are not known"
              .formatted(
                  coordinators,
                  coordinators == 1 ? "partition" : "partitions",
                  coordinators == 1 ? "has" : "have"));
    }
    return lines;
  }

  private static String few(Set<Integer> silent) {
    return (silent.size() == 1 ? "partition " : "partitions ") + numbers(silent);
  }

  private static String numbers(Set<Integer> of) {
    var shown = of.stream().limit(SHOWN_MAX).map(String::valueOf).collect(Collectors.joining(", "));
    var more = of.size() - SHOWN_MAX;
    return more > 0 ? shown + " and " + more + " more" : shown;
  }
}
