package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import dev.phaseline.bench.contender.Course;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;

/// The memory that one worker keeps after so many items: none, it should turn out. The items come
/// in ten slices; after each, garbage is collected and what is left is weighed.
record Memory() implements Bench {
  static final double GROWTH_MAX = 1.2;

  private static final int PHASES = 2;
  private static final int PARTITIONS = 8;
  private static final int CONCURRENCY = 16;
  private static final int SLICES = 10;
  private static final int ITEMS = 10_000_000;
  private static final int ITEMS_QUICK = 500_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String HEAP = "heap MiB";
  private static final String RESIDENT = "resident MiB";

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String summary() {
    return "one worker, 2 phases, 10,000,000 items: what is left in memory after each million";
  }

  @Override
  public List<Contenders> eligible() {
    return List.of(Contenders.PHASELINE);
  }

  @Override
  public Report run(Rig rig, Plan plan) throws InterruptedException {
    var items = plan.itemsOr(ITEMS, ITEMS_QUICK);
    var rows = measure(rig, plan, items);
    var settings = new LinkedHashMap<String, Object>();
    settings.put("phases", PHASES);
    settings.put("partitions", PARTITIONS);
    settings.put("items", items);
    settings.put("bytes", Load.BYTES_DEFAULT);
    return new Report(name(), settings, rows, new LinkedHashMap<>(), goals(rows));
  }

  /// The heap at the end beside the heap after the second slice: the first one still warms up.
  static List<Goal> goals(List<Row> rows) {
    if (rows.size() < 3) return List.of();
    var growth = rows.getLast().median(HEAP) / rows.get(1).median(HEAP);
    return List.of(
        Goal.atMost("heap at the end / after two tenths of the items", GROWTH_MAX, growth));
  }

  /// One row for each slice.
  static List<Row> measure(Rig rig, Plan plan, int items) throws InterruptedException {
    var slice = Math.max(1, items / SLICES);
    var all = slice * SLICES;
    var load = Load.of(all);
    var course = rig.course(PHASES, CONCURRENCY, PARTITIONS);
    var child = rig.child(Contenders.PHASELINE);
    var rows = new ArrayList<Row>();
    try (var feeder = Feeder.bulk(course, true);
        var audit = new Audit(course.bootstrap(), course.sink(), PARTITIONS, all, 0)) {
      child.run(course);
      for (var i = 1; i <= SLICES; i++) {
        feeder.send(load, (i - 1L) * slice, (long) i * slice);
        audit.readUntil(i * slice, PATIENCE);
        var reply = child.memory();
        var row = new Row("after " + i * slice + " items", 0);
        row.add(HEAP, reply.heapBytes() / (double) (1 << 20));
        row.add(RESIDENT, reply.rssBytes() / (double) (1 << 20));
        rows.add(row);
        plan.say("%s: %s, %s", row.name(), row.lastOf(HEAP), row.lastOf(RESIDENT));
        forget(rig, course);
      }
      child.stop();
      audit.readRest();
      rows.getLast().addProblems(0, audit.problems());
    }
    rig.drop(course);
    return rows;
  }

  /// Deletes what everyone has read, so that ten million items need no disk for ten million.
  private static void forget(Rig rig, Course course) throws InterruptedException {
    try {
      var asked = new HashMap<TopicPartition, OffsetSpec>();
      for (var topic : course.topics()) {
        for (var p = 0; p < PARTITIONS; p++) {
          asked.put(new TopicPartition(topic, p), OffsetSpec.latest());
        }
      }
      var ends = rig.admin().listOffsets(asked).all().get();
      var deletes = new HashMap<TopicPartition, RecordsToDelete>();
      ends.forEach((at, end) -> deletes.put(at, RecordsToDelete.beforeOffset(end.offset())));
      rig.admin().deleteRecords(deletes).all().get();
    } catch (ExecutionException e) {
      throw new BenchException("can't delete what was read: " + e.getCause(), e);
    }
  }
}
