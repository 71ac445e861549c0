package dev.phaseline.ops.transactions;

import dev.phaseline.topics.AdminAnswers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.jspecify.annotations.Nullable;

/// The coordinators' side of a search for open transactions. A producer that none of them lists
/// hangs only if all of them answered. For one thread.
final class TransactionCoordinators {
  private final TransactionQuestions cluster;
  private final Deadline deadline;
  private final Unanswered unanswered;

  TransactionCoordinators(TransactionQuestions cluster, Deadline deadline, Unanswered unanswered) {
    this.cluster = cluster;
    this.deadline = deadline;
    this.unanswered = unanswered;
  }

  /// State of a producer, as its coordinator reports it.
  ///
  /// @param details null when it listed the transaction and then did not describe it in time
  record Known(TransactionListing listing, @Nullable TransactionDescription details) {
    String state() {
      return (details == null ? listing.state() : details.state()).toString();
    }
  }

  /// The answers of all coordinators.
  ///
  /// @param someSilent whether one did not answer, which may know any of the others
  record Told(Map<Long, Known> byProducer, boolean someSilent) {
    @Nullable Known of(long producerId) {
      return byProducer.get(producerId);
    }
  }

  Told ask(Set<Long> producerIds) {
    try {
      var listed = listed(producerIds);
      return new Told(described(listed), unanswered.someCoordinator());
    } catch (ExecutionException refused) {
      throw AdminAnswers.refused("list transactions", refused);
    }
  }

  private List<TransactionListing> listed(Set<Long> producerIds) throws ExecutionException {
    var until = deadline.half();
    var asked = cluster.listings(producerIds, until);
    var brokers = AdminAnswers.inTime("list transactions", asked, until.left());
    if (brokers.isEmpty()) unanswered.brokers();
    var all = new ArrayList<TransactionListing>();
    for (var broker : brokers.orElse(Map.of()).entrySet()) {
      var its = AdminAnswers.inTime("list transactions", broker.getValue(), until.left());
      if (its.isEmpty()) unanswered.broker(broker.getKey());
      else all.addAll(its.get());
    }
    return all;
  }

  /// Asked for together: one after the other, each may cost a coordinator's slowest answer.
  private Map<Long, Known> described(Collection<TransactionListing> listed)
      throws ExecutionException {
    var known = new HashMap<Long, Known>();
    if (listed.isEmpty()) return known;
    var until = deadline.half();
    var ids = listed.stream().map(TransactionListing::transactionalId).toList();
    var asked = cluster.transactions(ids, until);
    for (var one : listed) {
      var isKnown = description(one, asked, until);
      if (isKnown != null) known.put(one.producerId(), isKnown);
    }
    return known;
  }

  /// @return null when the transaction expired since it was listed
  private static @Nullable Known description(
      TransactionListing one,
      Map<String, KafkaFuture<TransactionDescription>> asked,
      Deadline until)
      throws ExecutionException {
    var id = one.transactionalId();
    try {
      return new Known(
          one,
          AdminAnswers.inTime("describe transaction " + id, asked.get(id), until.left())
              .orElse(null));
    } catch (ExecutionException refused) {
      if (refused.getCause() instanceof TransactionalIdNotFoundException) return null;
      throw refused;
    }
  }
}
