package dev.phaseline.ops.transactions;

import dev.phaseline.ops.transactions.OpenTransaction.State;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.AdminAnswers;
import dev.phaseline.topics.ClusterException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;

/// Finds the transactions that hide records or offsets of one namespace, and ends those that nobody
/// else is going to end.
///
/// What hides is told by the partitions, whether it will end by the coordinators: what is open on a
/// partition that its coordinator does not have on its list hangs there. That is Kafka's own way to
/// find hanging transactions (KIP-664, `kafka-transactions.sh`), but for its rule of age: here both
/// are asked again after a second.
///
/// A broker that is away costs the answers that it alone has: they are named, and what they would
/// tell is shown as not known. Thread-safe as far as the admin client is. Asks each broker for its
/// transactions: cheap enough for people, not for every second.
public final class OpenTransactions {
  private static final Duration SECOND_LOOK = Duration.ofSeconds(1);

  private final Admin admin;
  private final TopicNames names;
  private final Duration searchMax;

  /// Looks at what belongs to a namespace: its topics, and the offsets of its groups.
  ///
  /// @param searchMax the longest time that a search takes; people wait for it
  public OpenTransactions(Admin admin, TopicNames names, Duration searchMax) {
    this.admin = admin;
    this.names = names;
    this.searchMax = searchMax;
  }

  /// Runs the work on a cluster's transactions with a client of its own. The client's end waits for
  /// nothing: what it still asks a broker that is away is of no interest any more.
  ///
  /// @param client how to reach the cluster
  /// @param searchMax as for the constructor
  public static <T> T with(
      Map<String, Object> client,
      TopicNames names,
      Duration searchMax,
      Function<OpenTransactions, T> work) {
    var admin = Admin.create(client);
    try {
      return work.apply(new OpenTransactions(admin, names, searchMax));
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  /// Result of a search.
  ///
  /// @param transactions those that are open, hanging ones first, then the oldest
  /// @param unanswered the places that did not answer in time, a line for each kind, and what is
  ///   not known for it; empty when all answered
  public record Found(List<OpenTransaction> transactions, List<String> unanswered) {
    public Found {
      transactions = List.copyOf(transactions);
      unanswered = List.copyOf(unanswered);
    }
  }

  /// All that are open now. Ends within the time that the search may take: places that are silent
  /// then are named, and a transaction whose coordinator may be one of them is
  /// [OpenTransaction.State#UNKNOWN], never hanging.
  ///
  /// @throws ClusterException when no broker answers, or not to us
  public Found find() {
    var cluster = TransactionQuestions.of(admin);
    return new TransactionSearch(cluster, names, Deadline.in(searchMax), SECOND_LOOK).find();
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

  /// The partition that keeps a group's offsets: Kafka's rule, part of its protocol in all but
  /// name.
  static int placeOf(String group, int partitions) {
    var hash = group.hashCode();
    return (hash == Integer.MIN_VALUE ? 0 : Math.abs(hash)) % partitions;
  }
}
