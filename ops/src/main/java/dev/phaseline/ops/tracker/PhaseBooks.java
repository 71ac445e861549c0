package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/// The counts of all phases in one partition of the tracker, in memory and in a store that says the
/// same. Written by the thread of its task; [#all] may be read by any.
final class PhaseBooks {
  private static final Bytes KEPT = Bytes.wrap("k".getBytes(UTF_8));
  private static final byte[] PHASES = JobKeys.prefix("p");
  private static final byte[] AGES = JobKeys.prefix("w");

  private final KeyValueStore<Bytes, byte[]> totals;
  private final Map<String, PhaseBook> books = new ConcurrentHashMap<>();
  private final Wire.Out out = new Wire.Out();
  private volatile long kept;

  PhaseBooks(KeyValueStore<Bytes, byte[]> totals) {
    this.totals = totals;
    var known = totals.get(KEPT);
    if (known != null) kept = ByteBuffer.wrap(known).getLong();
    try (var range = totals.range(Bytes.wrap(PHASES), JobKeys.after(PHASES))) {
      range.forEachRemaining(
          next -> {
            var names = new String(next.key.get(), UTF_8).split("\0", -1);
            book(names[1], names[2]).read(next.value);
          });
    }
    try (var range = totals.range(Bytes.wrap(AGES), JobKeys.after(AGES))) {
      range.forEachRemaining(
          next -> {
            var key = next.key.get();
            var names = new String(key, 0, key.length - Long.BYTES, UTF_8).split("\0", -1);
            var second = ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
            book(names[1], names[2]).ages.put(second, ByteBuffer.wrap(next.value).getLong());
          });
    }
  }

  private PhaseBook book(String pipeline, String phase) {
    return books.computeIfAbsent(pipeline + '\0' + phase, _ -> new PhaseBook(pipeline, phase));
  }

  /// A record of the phase was read.
  void arrived(String pipeline, String phase, long nowMs, long atMs) {
    var book = book(pipeline, phase);
    book.arrived(nowMs, atMs);
    save(book);
  }

  /// Counts what happens to the items of a pipeline.
  ItemBook.Watch watch(String pipeline, long nowMs) {
    return new ItemBook.Watch() {
      @Override
      public void came(Spot spot, long enteredMs) {
        moved(pipeline, spot, enteredMs, 1);
      }

      @Override
      public void went(Spot spot, long enteredMs) {
        moved(pipeline, spot, enteredMs, -1);
      }

      @Override
      public void stayed(Spot spot, long enteredMs, long leftMs) {
        if (spot.kind() != Spot.Kind.PHASE) return;
        book(pipeline, spot.phase()).pulse.went(nowMs, leftMs, leftMs - enteredMs);
      }
    };
  }

  private void moved(String pipeline, Spot spot, long enteredMs, int more) {
    var book = book(pipeline, spot.phase());
    book.count(spot, more);
    save(book);
    var second = enteredMs / PhaseBook.AGE_MS;
    var waiting = book.age(spot, second, more);
    if (waiting < 0) return;
    var names = JobKeys.prefix("w", pipeline, spot.phase());
    var key =
        Bytes.wrap(
            ByteBuffer.allocate(names.length + Long.BYTES).put(names).putLong(second).array());
    if (waiting == 0) totals.delete(key);
    else totals.put(key, longBytes(waiting));
  }

  private void save(PhaseBook book) {
    totals.put(Bytes.wrap(JobKeys.prefix("p", book.pipeline, book.phase)), book.toBytes(out));
  }

  /// So many jobs more are kept.
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void kept(int more) {
    kept += more;
    totals.put(KEPT, longBytes(kept));
  }

  long kept() {
    return kept;
  }

  Collection<PhaseBook> all() {
    return books.values();
  }

  List<String> pipelines() {
    return books.values().stream().map(book -> book.pipeline).distinct().sorted().toList();
  }

  private static byte[] longBytes(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }
}
