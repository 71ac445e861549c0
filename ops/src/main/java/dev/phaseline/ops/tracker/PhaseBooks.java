package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.accounting.CompactFormat;
import dev.phaseline.ops.accounting.ItemEvent;
import dev.phaseline.ops.accounting.ItemPlace;
import dev.phaseline.ops.accounting.ItemWatch;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/// The counts of all phases in one partition of the tracker, in memory, and in a store that says
/// the same after each [#flush]. Written by the thread of its task; [#all] may be read by any.
final class PhaseBooks {
  private static final Bytes KEPT = Bytes.wrap("k".getBytes(UTF_8));
  private static final byte[] PHASES = JobKeys.prefix("p");
  private static final byte[] AGES = JobKeys.prefix("w");
  private static final byte[] WAITS = JobKeys.prefix("j");

  private final KeyValueStore<Bytes, byte[]> totals;
  private final Map<String, OfPipeline> pipelines = new ConcurrentHashMap<>();
  private final CompactFormat.Out out = new CompactFormat.Out();
  private volatile long kept;
  private boolean keptChanged;

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
            var names = names(next.key.get());
            book(names[1], names[2]).ages.read(next.key.get(), next.value);
          });
    }
    try (var range = totals.range(Bytes.wrap(WAITS), JobKeys.after(WAITS))) {
      range.forEachRemaining(
          next -> of(names(next.key.get())[1]).waits.read(next.key.get(), next.value));
    }
  }

  /// The two names at the start of a key.
  private static String[] names(byte[] key) {
    return new String(key, 0, key.length - Long.BYTES, UTF_8).split("\0", -1);
  }

  private PhaseBook book(String pipeline, String phase) {
    return of(pipeline).book(phase);
  }

  private OfPipeline of(String pipeline) {
    var known = pipelines.get(pipeline);
    return known == null ? pipelines.computeIfAbsent(pipeline, OfPipeline::new) : known;
  }

  /// The books of one pipeline's phases.
  private static final class OfPipeline implements ItemWatch {
    private final String pipeline;
    private final Map<String, PhaseBook> books = new ConcurrentHashMap<>();

    /// Jobs that wait, by the time under which they are listed.
    private final PerSecondCounts waits = new PerSecondCounts();

    private long nowMs;

    OfPipeline(String pipeline) {
      this.pipeline = pipeline;
    }

    PhaseBook book(String phase) {
      var known = books.get(phase);
      if (known != null) return known;
      return books.computeIfAbsent(phase, _ -> new PhaseBook(pipeline, phase));
    }

    @Override
    public void came(ItemPlace place, long enteredMs) {
      book(place.phase()).count(place, enteredMs, 1);
    }

    @Override
    public void went(ItemPlace place, long enteredMs) {
      book(place.phase()).count(place, enteredMs, -1);
    }

    @Override
    public void stayed(ItemPlace place, long enteredMs, long leftMs) {
      if (place.kind() != ItemPlace.Kind.PHASE) return;
      book(place.phase()).pulse.went(nowMs, leftMs, leftMs - enteredMs);
    }

    @Override
    public void queued(ItemPlace place, int more, long atMs) {
      queued(place.phase(), more, atMs);
    }

    /// A time ahead of the clock would hide for long that nothing moves.
    void queued(String phase, int more, long atMs) {
      book(phase).queued(more, Math.min(atMs, nowMs));
    }
  }

  /// A record of a phase was read.
  void arrived(ItemEvent event, long nowMs) {
    book(event.pipeline(), event.place().phase()).arrived(nowMs, event.atMs(), event.from());
  }

  /// Counts what happens to the items of a pipeline, until it is asked for again.
  ItemWatch watch(String pipeline, long nowMs) {
    var watch = of(pipeline);
    watch.nowMs = nowMs;
    return watch;
  }

  /// So many letters more, of those whose jobs are no longer kept, wait for a decision.
  void letters(String pipeline, String phase, int more) {
    if (more != 0) book(pipeline, phase).letters(more);
  }

  /// So many letters more, of those whose jobs are no longer kept, are queued for a redrive.
  void queued(String pipeline, String phase, int more, long atMs, long nowMs) {
    if (more == 0) return;
    var of = of(pipeline);
    of.nowMs = nowMs;
    of.queued(phase, more, atMs);
  }

  /// Writes to the store what has changed.
  void flush() {
    for (var pipeline : pipelines.values()) {
      for (var book : pipeline.books.values()) flush(book);
      pipeline.waits.flush(totals, JobKeys.prefix("j", pipeline.pipeline));
    }
    if (keptChanged) totals.put(KEPT, longBytes(kept));
    keptChanged = false;
  }

  private void flush(PhaseBook book) {
    if (!book.changed) return;
    book.changed = false;
    totals.put(Bytes.wrap(JobKeys.prefix("p", book.pipeline, book.phase)), book.toBytes(out));
    book.ages.flush(totals, JobKeys.prefix("w", book.pipeline, book.phase));
  }

  /// So many jobs more wait of those that are listed under this time.
  void waits(String pipeline, long listedMs, int more) {
    of(pipeline).waits.add(listedMs, more);
  }

  /// Number of waiting jobs of a pipeline by the second under which they are listed, as far as they
  /// are written, or are about to be. A second that is missing has none.
  NavigableMap<Long, Long> waits(String pipeline) {
    var known = pipelines.get(pipeline);
    return known == null ? Collections.emptyNavigableMap() : known.waits.counts();
  }

  /// So many jobs more are kept.
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void kept(int more) {
    kept += more;
    keptChanged = true;
  }

  long kept() {
    return kept;
  }

  List<PhaseBook> all() {
    return pipelines.values().stream().flatMap(one -> one.books.values().stream()).toList();
  }

  List<String> pipelines() {
    return pipelines.keySet().stream().sorted().toList();
  }

  private static byte[] longBytes(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }
}
