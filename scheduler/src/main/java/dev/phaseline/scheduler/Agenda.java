package dev.phaseline.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Time-ordered agenda of one partition's timers, in stores that survive a restart; only the
/// position of the next entry is in memory.
///
/// One store holds both: places, ordered by time, with the records; behind them ids, each of which
/// tells where its timer is, or that it fired a short while ago. Each change touches both, and
/// Kafka Streams makes all changes of a transaction or none. One store and not two, because each
/// has a topic behind it, and what a commit costs is counted in partitions.
///
/// `cursor` is there for speed alone: a scan that began at the beginning would step over the
/// remains of all timers that fired since the store was last compacted.
///
/// Owned by the thread of its task.
final class Agenda {
  /// No time: nothing is to be done.
  static final long NEVER = Long.MAX_VALUE;

  private static final Bytes PENDING = Bytes.wrap("pending".getBytes(UTF_8));

  private final KeyValueStore<Bytes, byte[]> timers;
  private final KeyValueStore<Bytes, byte[]> totals;
  private final long rememberMs;
  private @Nullable Bytes cursor = AgendaKey.FIRST;
  private long pending;

  /// Result of a request.
  enum Change {
    /// There is a timer that was not there before.
    ADDED,
    /// The timer of this id has another time or content.
    REPLACED,
    /// The timer of this id is no more.
    CANCELLED,
    /// The timer has fired, or never was: nothing to cancel, or to fire again.
    NOTHING
  }

  /// The action for entries that are due.
  interface Hand {
    /// A timer is due.
    ///
    /// @return whether it could be dealt with; otherwise it stays where it is, and all behind it
    boolean fire(byte[] id, long dueMs, StoredRecord record);
  }

  /// @param timers things to do, and what is known of ids, by [AgendaKey]
  /// @param totals one entry: how many are pending
  /// @param rememberMs for how long it is known that a timer fired
  Agenda(
      KeyValueStore<Bytes, byte[]> timers, KeyValueStore<Bytes, byte[]> totals, long rememberMs) {
    this.timers = timers;
    this.totals = totals;
    this.rememberMs = rememberMs;
    var known = totals.get(PENDING);
    this.pending = known == null ? 0 : ByteBuffer.wrap(known).getLong();
  }

  /// Number of pending timers.
  long pending() {
    return pending;
  }

  /// Time of the next look: that of the next thing to do, or an earlier one.
  long nextMs() {
    if (cursor == null) return NEVER;
    return cursor.equals(AgendaKey.FIRST) ? 0 : AgendaKey.timeMs(cursor);
  }

  /// Asks for a timer.
  Change schedule(byte[] id, long dueMs, long offset, StoredRecord record) {
    var idKey = AgendaKey.ofId(id);
    var known = known(idKey);
    if (known != null && known.fired() && known.dueMs() == dueMs) return Change.NOTHING;
    var replaced = known == null || known.fired() ? null : known;
    if (replaced != null) removePlace(id, replaced);
    var place = new AgendaKey(dueMs, AgendaKey.Kind.FIRE, offset, id).toBytes();
    timers.put(place, record.toBytes());
    timers.put(idKey, new KnownTimer(false, dueMs, offset).toBytes());
    noticePlace(place);
    if (replaced != null) return Change.REPLACED;
    count(1);
    return Change.ADDED;
  }

  /// Asks for nothing, if there was a timer.
  Change cancel(byte[] id) {
    var idKey = AgendaKey.ofId(id);
    var known = known(idKey);
    if (known == null || known.fired()) return Change.NOTHING;
    removePlace(id, known);
    timers.delete(idKey);
    count(-1);
    return Change.CANCELLED;
  }

  /// Runs the entries that are due at this time, in order.
  ///
  /// @param max how many things at most: more would make a transaction too long
  /// @return whether the hand took all that it was given
  boolean run(long nowMs, int max, Hand hand) {
    if (cursor == null) return true;
    var from = cursor;
    cursor = null; // whoever puts something on the agenda from here on sets it
    try (var todo = timers.range(from, AgendaKey.LAST)) {
      for (var done = 0; todo.hasNext(); done++) {
        var place = todo.peekNextKey();
        var wait = AgendaKey.timeMs(place) > nowMs || done == max;
        if (wait || !take(AgendaKey.of(place), todo.next().value, nowMs, hand)) {
          noticePlace(place);
          return wait;
        }
        timers.delete(place);
      }
    }
    return true;
  }

  private boolean take(AgendaKey key, byte[] record, long nowMs, Hand hand) {
    return switch (key.kind()) {
      case FIRE -> fire(key, record, nowMs, hand);
      case FORGET -> forget(key);
    };
  }

  private boolean fire(AgendaKey key, byte[] record, long nowMs, Hand hand) {
    if (!hand.fire(key.id(), key.timeMs(), StoredRecord.of(record))) return false;
    var idKey = AgendaKey.ofId(key.id());
    var forgetMs = nowMs + rememberMs;
    timers.put(idKey, new KnownTimer(true, key.timeMs(), forgetMs).toBytes());
    var place = new AgendaKey(forgetMs, AgendaKey.Kind.FORGET, 0, key.id()).toBytes();
    timers.put(place, new byte[0]);
    noticePlace(place);
    count(-1);
    return true;
  }

  /// The timer may have been asked for again since it fired, and then it is not to be forgotten.
  private boolean forget(AgendaKey key) {
    var idKey = AgendaKey.ofId(key.id());
    var known = known(idKey);
    if (known != null && known.fired() && known.mark() == key.timeMs()) timers.delete(idKey);
    return true;
  }

  private @Nullable KnownTimer known(Bytes idKey) {
    var bytes = timers.get(idKey);
    return bytes == null ? null : KnownTimer.of(bytes);
  }

  private void removePlace(byte[] id, KnownTimer known) {
    timers.delete(new AgendaKey(known.dueMs(), AgendaKey.Kind.FIRE, known.mark(), id).toBytes());
  }

  private void noticePlace(Bytes place) {
    if (cursor == null || place.compareTo(cursor) < 0) cursor = place;
  }

  private void count(int more) {
    pending += more;
    totals.put(PENDING, ByteBuffer.allocate(Long.BYTES).putLong(pending).array());
  }
}
