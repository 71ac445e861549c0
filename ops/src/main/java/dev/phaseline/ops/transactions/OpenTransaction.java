package dev.phaseline.ops.transactions;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// A transaction that hides what comes after it from everybody who reads committed records only,
/// which all of Phaseline does.
///
/// @param producerId Kafka's number of its producer
/// @param epoch the producer's, as the partitions know it
/// @param transactionalId by which its owner can be told; null when unknown to all coordinators
///   that answered
/// @param state what is to be expected of it
/// @param coordinator state reported by its coordinator; null when none that answered knows it
/// @param startedAt when it began; null when no coordinator knows
/// @param endsAt when its coordinator aborts it at the latest; null when none does
/// @param lastWriteAt when it wrote last
/// @param parts where it is open, in the order of topics and partitions; at least one
public record OpenTransaction(
    long producerId,
    int epoch,
    @Nullable String transactionalId,
    State state,
    @Nullable String coordinator,
    @Nullable Instant startedAt,
    @Nullable Instant endsAt,
    Instant lastWriteAt,
    List<Part> parts) {

  /// State of a transaction, and so its expected end.
  public enum State {
    /// Its producer is at it; if it is gone, the coordinator ends it when its time is over.
    OPEN,
    /// The coordinator is about to tell the partitions how it ended.
    ENDING,
    /// No coordinator knows that it is open there: nobody is going to end it.
    HANGING,
    /// A coordinator that may know it did not answer: whether it hangs is not known.
    UNKNOWN
  }

  /// A partition where it is open.
  ///
  /// @param partition which one
  /// @param from its first offset there: this and all behind can't be read
  /// @param hidden how many offsets that is, markers included
  /// @param coordinatorEpoch of whoever wrote the producer's last marker there; 0 when nobody did
  public record Part(TopicPartition partition, long from, long hidden, int coordinatorEpoch) {}

  public OpenTransaction {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) throw new IllegalArgumentException("open nowhere");
  }

  /// Whether offsets of a consumer group are part of what is open.
  public boolean movesOffsets() {
    return parts.stream().anyMatch(part -> part.partition().topic().equals(OFFSETS));
  }

  /// Kafka's topic of the offsets of all groups.
  static final String OFFSETS = "__consumer_offsets";

  /// Of those that were found, which are meant by a producer's number: what hangs of its, or else
  /// all of its; none when it hides nothing.
  public static List<OpenTransaction> of(long producerId, List<OpenTransaction> found) {
    var its = found.stream().filter(one -> one.producerId() == producerId).toList();
    var hanging = its.stream().filter(one -> one.state() == State.HANGING).toList();
    return hanging.isEmpty() ? its : hanging;
  }

  /// Name of the transaction in the audit log.
  public String label() {
    return "transaction of producer "
        + producerId
        + (transactionalId == null ? "" : ", " + transactionalId);
  }

  /// The places at which it is open, in words.
  public String places() {
    return parts.stream()
        .map(part -> part.partition() + " from " + part.from())
        .collect(Collectors.joining(", "));
  }

  /// The reason why it is not aborted; empty when it is.
  ///
  /// @param anyway also where that may lose results
  public Optional<String> keepBecause(boolean anyway) {
    return anyway && state == State.HANGING ? Optional.empty() : keepBecause();
  }

  /// The reason why it should not be aborted; empty when that loses nothing that counts.
  ///
  /// An abort takes back what it wrote and, if they hang too, the offsets that it moved: then the
  /// items are worked on again. Offsets that were moved for good are not taken back: what it wrote
  /// would be missing.
  public Optional<String> keepBecause() {
    return switch (state) {
      case OPEN ->
          Optional.of(
              "it is open, not hanging: its producer ends it"
                  + (endsAt == null ? "" : ", or its coordinator at " + endsAt));
      case ENDING -> Optional.of("it is ending, not hanging: its coordinator is at it");
      case HANGING -> keepHangingBecause();
      case UNKNOWN ->
          Optional.of("it is not known whether it hangs: a coordinator did not answer; ask again");
    };
  }

  /// The same, after only one of the two looks that it takes to tell that one hangs.
  OpenTransaction lookedAtOnce() {
    var sure = state == State.HANGING ? State.UNKNOWN : state;
    return new OpenTransaction(
        producerId,
        epoch,
        transactionalId,
        sure,
        coordinator,
        startedAt,
        endsAt,
        lastWriteAt,
        parts);
  }

  private Optional<String> keepHangingBecause() {
    return switch (coordinator) {
      case "CompleteAbort" -> Optional.empty();
      case "CompleteCommit" ->
          movesOffsets()
              ? Optional.empty()
              : Optional.of(
                  "it was committed and its offsets have moved: an abort would lose what it wrote."
                      + " The next transaction of "
                      + transactionalId
                      + " there completes it: let that run again (a worker's is"
                      + " <topic>.<server>.<lane>.<place>)");
      case "Empty" -> keepUnknownBecause("the next transaction of " + transactionalId);
      case null -> keepUnknownBecause("the next transaction of its producer");
      default ->
          Optional.of(
              "its producer "
                  + transactionalId
                  + " is at another transaction by now, and the next one there ends it too");
    };
  }

  private Optional<String> keepUnknownBecause(String next) {
    return movesOffsets()
        ? Optional.empty()
        : Optional.of(
            "it is not known any more whether it was committed. If it was, an abort would lose what"
                + " it wrote; if not, "
                + next
                + " there would publish it. Look at what it wrote, then decide");
  }
}
