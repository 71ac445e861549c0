package dev.phaseline.ops.tracker;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A phase in numbers, of all jobs that its topic has held since the tracker began to read.
///
/// `in`, `waiting`, `retrying`, `done` and `dead` are exact: they equal a recount of the topics,
/// whatever was killed meanwhile. Rates and times are of the last minute or so: `stay` is of the
/// topics, which do not tell waiting from handling; `waited` and `handled` are what live workers
/// report, all of theirs put together.
///
/// @param pipeline whose
/// @param phase which
/// @param in records that its topic has held, those that came back from the timers too
/// @param waiting items whose latest record is in its topic: waiting, running, or tried again in
///   place
/// @param retrying items that will come back to it from the timers
/// @param done items that ended well here
/// @param dead dead letters of this phase that wait for a decision: not those that were discarded,
///   or that a redrive has queued or sent
/// @param inPerSecond records that came, a second, over the last minute
/// @param outPerSecond records that went on, a second, over the last minute
/// @param stay from coming to going on, waiting and handling together; null when nothing went on
/// @param waited from coming to the start of the first attempt; null when no worker reports any
/// @param handled what a handler takes, each attempt for itself; null when no worker reports any
/// @param oldestWaiting for how long the oldest of those that wait has; null when none does
/// @param toDrain when it will be empty if nothing changes; null when it won't be, or nothing can
///   be said
/// @param from how many of its records came from which other phase of the pipeline; not those that
///   came back from the timers or from the dead letters
/// @param queue its dead letters that a redrive has queued; null when none ever was
public record PhaseView(
    String pipeline,
    String phase,
    long in,
    long waiting,
    long retrying,
    long done,
    long dead,
    double inPerSecond,
    double outPerSecond,
    @Nullable Percentiles stay,
    @Nullable Percentiles waited,
    @Nullable Percentiles handled,
    @Nullable Duration oldestWaiting,
    @Nullable Duration toDrain,
    Map<String, Long> from,
    @Nullable Queue queue) {

  public PhaseView {
    from = Collections.unmodifiableMap(new TreeMap<>(from)); // by name
  }

  /// Percentiles of a time, each at most an eighth too high.
  ///
  /// @param p50 not exceeded by half of them
  /// @param p99 not exceeded by 99 of 100
  public record Percentiles(Duration p50, Duration p99) {}

  /// Dead letters between the decision to redrive them and their sending.
  ///
  /// @param letters so many are queued, and not sent yet
  /// @param still for how long none was queued, sent or taken back
  public record Queue(long letters, Duration still) {
    /// Both together, which move when one of them does.
    public Queue plus(Queue other) {
      var later = still.compareTo(other.still) <= 0 ? still : other.still;
      return new Queue(letters + other.letters, later);
    }
  }

  /// Records that went on, to wherever: what came and no longer waits.
  public long out() {
    return in - waiting;
  }

  /// The time that items stay, if any went on.
  public Optional<Percentiles> stayIfKnown() {
    return Optional.ofNullable(stay);
  }

  /// The time that items wait, if workers report it.
  public Optional<Percentiles> waitedIfKnown() {
    return Optional.ofNullable(waited);
  }

  /// The time that handlers take, if workers report it.
  public Optional<Percentiles> handledIfKnown() {
    return Optional.ofNullable(handled);
  }

  /// For how long the oldest of those that wait has.
  public Optional<Duration> oldestWaitingIfAny() {
    return Optional.ofNullable(oldestWaiting);
  }

  /// Its dead letters that a redrive has queued, if one ever did.
  public Optional<Queue> queueIfAny() {
    return Optional.ofNullable(queue);
  }

  /// The time until it is empty, if it will be.
  public Optional<Duration> toDrainIfKnown() {
    return Optional.ofNullable(toDrain);
  }
}
