package dev.phaseline.ops.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.phaseline.ops.transactions.OpenTransaction;
import dev.phaseline.ops.transactions.OpenTransactions;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// An open transaction as the API answers it and the command prints it; what is not known is
/// absent. Immutable.
///
/// @param state `open`, `ending` or `hanging`
/// @param startedAt ISO 8601 in UTC, as all times
/// @param keepBecause why it is not aborted; absent when it can be
/// @param partitions where it is open
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TransactionJson(
    long producerId,
    int epoch,
    @Nullable String transactionalId,
    String state,
    @Nullable String coordinator,
    @Nullable String startedAt,
    @Nullable String endsAt,
    String lastWriteAt,
    @Nullable String keepBecause,
    List<Part> partitions) {

  /// Transactions that were found.
  ///
  /// @param unanswered the places that did not answer in time; empty when all did
  public record Found(List<TransactionJson> transactions, List<String> unanswered) {
    /// The transactions as they are answered.
    public static Found of(OpenTransactions.Found found) {
      return new Found(
          found.transactions().stream().map(TransactionJson::of).toList(), found.unanswered());
    }
  }

  /// Transactions of one producer.
  record Chosen(List<TransactionJson> transactions) {
    static Chosen of(List<OpenTransaction> chosen) {
      return new Chosen(chosen.stream().map(TransactionJson::of).toList());
    }
  }

  /// Transactions that were aborted, or would be.
  ///
  /// @param dryRun whether nothing was done
  public record Aborted(boolean dryRun, List<TransactionJson> transactions) {
    /// The transactions as they are printed.
    public static Aborted of(List<OpenTransaction> chosen, boolean dryRun) {
      return new Aborted(dryRun, chosen.stream().map(TransactionJson::of).toList());
    }
  }

  /// A partition where it is open.
  ///
  /// @param from the first offset that can't be read
  /// @param hidden the number of offsets from there on
  public record Part(String topic, int partition, long from, long hidden) {}

  /// The transaction as it is answered.
  public static TransactionJson of(OpenTransaction one) {
    return new TransactionJson(
        one.producerId(),
        one.epoch(),
        one.transactionalId(),
        one.state().name().toLowerCase(Locale.ROOT),
        one.coordinator(),
        text(one.startedAt()),
        text(one.endsAt()),
        one.lastWriteAt().toString(),
        one.keepBecause().orElse(null),
        one.parts().stream()
            .map(
                part ->
                    new Part(
                        part.partition().topic(),
                        part.partition().partition(),
                        part.from(),
                        part.hidden()))
            .toList());
  }

  private static @Nullable String text(@Nullable Instant at) {
    return at == null ? null : at.toString();
  }
}
