package dev.phaseline.ops.tracker;

import dev.phaseline.ops.accounting.CompactFormat;
import dev.phaseline.ops.accounting.ItemPlace;
import dev.phaseline.ops.accounting.ItemPlace.Kind;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The counts of one phase in one partition of the tracker. Written by the thread of its task, read
/// by any.
final class PhaseBook {
  /// More phases that records came from are not counted: no phase has so many, and `pl-parent` is
  /// whatever somebody wrote there.
  static final int SOURCES_MAX = 16;

  private static final int SOURCE_CHARS_MAX = 100;

  final String pipeline;
  final String phase;
  final LastMinute pulse = new LastMinute();

  /// Number of waiting items that came in this second.
  final PerSecondCounts ages = new PerSecondCounts();

  volatile long in;
  volatile long waiting;
  volatile long retrying;
  volatile long done;
  volatile long dead;

  /// Dead letters that a redrive has queued and not sent.
  volatile long queued;

  /// The time at which an item was queued, sent or taken back last; 0: never.
  volatile long queueMovedMs;

  /// From where records came. Replaced when there is one more, so that a record costs a look or
  /// two.
  private volatile Source[] sources = {};

  /// Whether the counts are not written yet. For the thread of the task alone.
  boolean changed;

  /// Another phase, and how many records came from there.
  private static final class Source {
    final String phase;
    volatile long records;

    Source(String phase, long records) {
      this.phase = phase;
      this.records = records;
    }
  }

  PhaseBook(String pipeline, String phase) {
    this.pipeline = pipeline;
    this.phase = phase;
  }

  /// @param from the record that it was made from; null: nobody said
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void arrived(long nowMs, long atMs, @Nullable ItemPlace from) {
    in++;
    changed = true;
    pulse.came(nowMs, atMs);
    // what comes back from the timers or from the dead was here before
    if (from != null && from.kind() == Kind.PHASE && !from.phase().equals(phase)) {
      came(from.phase());
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void came(String from) {
    var known = sources;
    for (var source : known) {
      if (source.phase.equals(from)) {
        source.records++;
        return;
      }
    }
    if (known.length < SOURCES_MAX && from.length() <= SOURCE_CHARS_MAX) add(new Source(from, 1));
  }

  private void add(Source source) {
    var more = Arrays.copyOf(sources, sources.length + 1);
    more[more.length - 1] = source;
    sources = more;
  }

  /// Numbers of records by the other phase that they came from.
  Map<String, Long> from() {
    var from = new TreeMap<String, Long>();
    for (var source : sources) from.put(source.phase, source.records);
    return from;
  }

  /// An item came to, or went from, a record of this phase.
  ///
  /// @param enteredMs when it had come
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void count(ItemPlace place, long enteredMs, int more) {
    changed = true;
    switch (place.kind()) {
      case PHASE -> {
        waiting += more;
        ages.add(enteredMs, more);
      }
      case TIMER -> {
        if (place.offset() >= 0) retrying += more;
      }
      case DONE -> done += more;
      case DEAD -> dead += more;
    }
  }

  /// So many letters more wait for a decision.
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void letters(int more) {
    changed = true;
    dead += more;
  }

  /// So many letters more are queued for a redrive.
  ///
  /// @param atMs when that was decided or done; 0: it was not
  void queued(int more, long atMs) {
    changed = true;
    queued = Math.max(0, queued + more); // those of a version that did not count them only leave
    queueMovedMs = Math.max(queueMovedMs, atMs);
  }

  byte[] toBytes(CompactFormat.Out out) {
    out.number(in).number(waiting).number(retrying).number(done).number(dead);
    var known = sources;
    out.number(known.length);
    for (var source : known) out.text(source.phase).number(source.records);
    out.number(queued).number(queueMovedMs);
    return out.take();
  }

  void read(byte[] bytes) {
    var wire = new CompactFormat.In(bytes);
    in = wire.number();
    waiting = wire.number();
    retrying = wire.number();
    done = wire.number();
    dead = wire.number();
    if (!wire.hasMore())
      return; // of a version that did not learn ways: they are learned from here on
    for (var left = wire.small(); left > 0; left--) add(new Source(wire.text(), wire.number()));
    if (!wire.hasMore()) return; // of a version that did not count what is queued
    queued = wire.number();
    queueMovedMs = wire.number();
  }
}
