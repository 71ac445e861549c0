package dev.phaseline.testkit.sim;

import dev.phaseline.core.engine.Ledger.Committed;
import dev.phaseline.core.engine.Progress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The transaction coordinator and the committed offsets. A transactional id has at most one
/// transaction open; whoever initialises the id again ends it and fences its producer.
final class SimTransactions {
  private enum State {
    OPEN,
    DECIDED,
    VISIBLE,
    ABORTED
  }

  /// One transaction.
  static final class Transaction {
    private final SimLane lane;
    private final String id;
    private final int epoch;
    private final List<Made> made = new ArrayList<>();
    private final List<Integer> records = new ArrayList<>();
    private final Map<Integer, Committed> offsets = new TreeMap<>();
    private State state = State.OPEN;

    Transaction(SimLane lane, String id, int epoch) {
      this.lane = lane;
      this.id = id;
      this.epoch = epoch;
    }

    SimLane lane() {
      return lane;
    }

    /// Adds some of a settlement's output records.
    void send(Made settlement, int count) {
      made.add(settlement);
      records.add(count);
    }

    /// The settlements that it publishes.
    List<Made> made() {
      return made;
    }

    /// The number of output records of each of them.
    List<Integer> records() {
      return records;
    }

    Map<Integer, Committed> offsets() {
      return offsets;
    }

    /// The offsets with their metadata read.
    Map<Integer, Progress> progress() {
      var read = new TreeMap<Integer, Progress>();
      offsets.forEach((partition, committed) -> read.put(partition, read(committed)));
      return read;
    }

    boolean isOpen() {
      return state == State.OPEN;
    }
  }

  private final World world;
  private final Books books;
  private final long markerNanos;
  private final long timeoutNanos;
  private final Map<String, Integer> epochs = new HashMap<>();
  private final Map<String, Transaction> latest = new HashMap<>();
  private final @Nullable Committed[] committed;
  private final int[] pending;

  SimTransactions(World world, Books books, Scenario scenario) {
    this.world = world;
    this.books = books;
    this.markerNanos = scenario.log().markerNanos();
    this.timeoutNanos = 400 * Scenario.MS;
    this.committed = new Committed[books.topic().partitions()];
    this.pending = new int[committed.length];
  }

  static Progress read(Committed committed) {
    if (committed.metadata().isEmpty()) return Progress.startingAt(committed.offset());
    try {
      return Progress.decode(committed.offset(), committed.metadata());
    } catch (Progress.UndecodableException e) {
      throw new Violation("frontier-forward", "undecodable metadata was published: " + e);
    }
  }

  /// Ends what the id has open, fences its producer.
  ///
  /// @return the new epoch, or -1 while an old transaction's markers are still being written
  int initialise(String id) {
    var old = latest.get(id);
    if (old != null && old.state == State.DECIDED) return -1;
    if (old != null) abort(old);
    var epoch = epochs.merge(id, 1, Integer::sum);
    world.note("init producer", -1, -1, -1, epoch);
    return epoch;
  }

  boolean isCurrent(String id, int epoch) {
    return epochs.getOrDefault(id, 0) == epoch;
  }

  Transaction begin(SimLane lane, String id, int epoch) {
    var transaction = new Transaction(lane, id, epoch);
    latest.put(id, transaction);
    world.after(timeoutNanos, () -> expire(transaction));
    return transaction;
  }

  private void expire(Transaction transaction) {
    if (!transaction.isOpen()) return;
    world.note("transaction times out", transaction.lane.id, -1, -1, -1);
    abort(transaction);
    epochs.merge(transaction.id, 1, Integer::sum);
  }

  /// Adds offsets: from here on nobody can read these partitions' offsets until it is decided.
  void addOffsets(Transaction transaction, Map<Integer, Committed> offsets) {
    transaction.offsets.putAll(offsets);
    for (var partition : offsets.keySet()) pending[partition]++;
  }

  /// Decides it, if it is still there to be decided.
  boolean commit(Transaction transaction) {
    if (!transaction.isOpen() || !isCurrent(transaction.id, transaction.epoch)) return false;
    transaction.state = State.DECIDED;
    world.note("decided", transaction.lane.id, -1, -1, transaction.made().size());
    books.enter(transaction);
    transaction.offsets.forEach((partition, offset) -> committed[partition] = offset);
    world.after(
        world.between(0, markerNanos),
        () -> {
          transaction.state = State.VISIBLE;
          release(transaction);
        });
    return true;
  }

  void abort(Transaction transaction) {
    if (!transaction.isOpen()) return;
    transaction.state = State.ABORTED;
    release(transaction);
  }

  private void release(Transaction transaction) {
    for (var partition : transaction.offsets.keySet()) pending[partition]--;
  }

  /// Whether the partition's offset can be read: no transaction that has one for it is undecided.
  boolean isStable(int partition) {
    return pending[partition] == 0;
  }

  /// The committed progress; null when nothing ever was.
  @Nullable Committed committed(int partition) {
    return committed[partition];
  }
}
