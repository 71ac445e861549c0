package dev.phaseline.ops.tracker;

import dev.phaseline.ops.accounting.CompactFormat;
import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.ops.tracker.JobKeys.Listed;
import dev.phaseline.ops.tracker.TrackerShare.Found;
import dev.phaseline.ops.tracker.TrackerShare.PhaseCount;
import dev.phaseline.ops.tracker.TrackerShare.Stored;
import dev.phaseline.ops.tracker.TrackerShare.StoredItem;
import dev.phaseline.schemas.control.Histogram;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Questions and answers between trackers as bytes. The two must be of one version; a number in
/// front of each question says which.
final class PeerWire {
  static final int VERSION = 3;

  private PeerWire() {}

  static void write(CompactFormat.Out out, @Nullable Listed at) {
    out.number(at == null ? 0 : 1);
    if (at != null) out.text(at.pipeline()).number(at.listedMs()).text(at.id());
  }

  static @Nullable Listed listed(CompactFormat.In in) {
    return in.number() == 0 ? null : new Listed(in.text(), in.number(), in.text());
  }

  static Listed listedSurely(CompactFormat.In in) {
    var at = listed(in);
    if (at == null) throw new IllegalArgumentException("a place in a list is missing");
    return at;
  }

  static void write(CompactFormat.Out out, JobQuery query) {
    out.text(query.pipeline()).text(query.phase()).text(query.key()).text(query.error());
    out.number(query.states().size());
    for (var state : query.states()) out.number(state.code());
    var tag = query.tag();
    out.text(tag == null ? null : tag.name()).text(tag == null ? null : tag.value());
    write(out, query.since());
    write(out, query.until());
  }

  static JobQuery query(CompactFormat.In in) {
    var pipeline = in.textOrNull();
    var phase = in.textOrNull();
    var key = in.textOrNull();
    var error = in.textOrNull();
    var states = EnumSet.noneOf(WorkState.class);
    for (var left = in.small(); left > 0; left--) states.add(WorkState.of(in.small()));
    var name = in.textOrNull();
    var value = in.textOrNull();
    var tag = name == null ? null : new JobQuery.Tag(name, value);
    return new JobQuery(pipeline, phase, states, tag, key, error, instant(in), instant(in));
  }

  private static void write(CompactFormat.Out out, @Nullable Instant time) {
    out.number(time == null ? -1 : Math.max(0, time.toEpochMilli()));
  }

  private static @Nullable Instant instant(CompactFormat.In in) {
    var ms = in.number();
    return ms < 0 ? null : Instant.ofEpochMilli(ms);
  }

  static void write(CompactFormat.Out out, List<Stored> jobs) {
    out.number(jobs.size());
    for (var job : jobs) {
      write(out, job.at());
      out.bytes(job.bytes());
    }
  }

  static List<Stored> jobs(CompactFormat.In in) {
    var jobs = new ArrayList<Stored>();
    for (var left = in.small(); left > 0; left--) {
      jobs.add(new Stored(listedSurely(in), in.bytes()));
    }
    return jobs;
  }

  static void write(CompactFormat.Out out, Found found) {
    write(out, found.jobs());
    write(out, found.reached());
  }

  static Found found(CompactFormat.In in) {
    return new Found(jobs(in), listed(in));
  }

  static void writeItems(CompactFormat.Out out, List<StoredItem> items) {
    out.number(items.size());
    for (var item : items) out.text(item.path()).bytes(item.bytes());
  }

  static List<StoredItem> items(CompactFormat.In in) {
    var items = new ArrayList<StoredItem>();
    for (var left = in.small(); left > 0; left--) {
      items.add(new StoredItem(in.text(), in.bytes()));
    }
    return items;
  }

  static void writePhases(CompactFormat.Out out, List<PhaseCount> phases) {
    out.number(phases.size());
    for (var phase : phases) {
      out.text(phase.pipeline()).text(phase.phase());
      for (var count : phase.counts()) out.number(count);
      for (var count : phase.stays()) out.number(count);
      out.number(phase.from().size());
      phase.from().forEach((from, records) -> out.text(from).number(records));
    }
  }

  static List<PhaseCount> phases(CompactFormat.In in) {
    var phases = new ArrayList<PhaseCount>();
    for (var left = in.small(); left > 0; left--) {
      var pipeline = in.text();
      var phase = in.text();
      var counts = new long[PhaseCount.COUNTS];
      for (var i = 0; i < counts.length; i++) counts[i] = in.number();
      var stays = new long[Histogram.BUCKETS];
      for (var i = 0; i < stays.length; i++) stays[i] = in.number();
      var from = new TreeMap<String, Long>();
      for (var more = in.small(); more > 0; more--) from.put(in.text(), in.number());
      phases.add(new PhaseCount(pipeline, phase, counts, stays, from));
    }
    return phases;
  }
}
