package dev.phaseline.bench.contender;

import dev.phaseline.ops.tracker.JobQuery;
import dev.phaseline.ops.tracker.StatusSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

/// The time of a look-up of a job by its id, and of the first page of a list, one client after the
/// other.
///
/// @param status who is asked
/// @param jobs how many there are, with ids `job-0` and so on
record LookUps(StatusSource status, int jobs) {
  /// Filters that nearly all jobs match, few jobs match, and none matches.
  private static final List<String> FILTERS =
      List.of("state=done", "phase=p2", "key=key-42", "state=waiting");

  private static final int PAGE = 50;
  private static final int LOOKS = 20_000;
  private static final int PAGES = 300;
  private static final long SEED = 7;
  private static final Duration COMMIT_MAX = Duration.ofSeconds(10);

  /// The median and the 99th percentile of each, in milliseconds.
  Map<String, Double> measure() {
    awaitLast();
    var out = new LinkedHashMap<String, Double>();
    var random = new SplittableRandom(SEED);
    put(out, "by id", LOOKS, _ -> lookUp("job-" + random.nextInt(jobs)));
    var now = Instant.now();
    for (var filter : FILTERS) {
      var query = JobQuery.parse(filter, now);
      put(out, filter, PAGES, _ -> status.jobs(query, null, PAGE));
    }
    return out;
  }

  /// Counts are of this moment and jobs of the last commit: waits for those that came last.
  private void awaitLast() {
    var deadline = System.nanoTime() + COMMIT_MAX.toNanos();
    for (var i = jobs - 1; i >= Math.max(0, jobs - LOOKS); i--) {
      while (status.job("job-" + i).isEmpty()) {
        if (System.nanoTime() > deadline)
          throw new IllegalStateException("job-" + i + " is absent");
        Thread.onSpinWait();
      }
    }
  }

  private void lookUp(String id) {
    if (status.job(id).isEmpty()) throw new IllegalStateException(id + " is not known");
  }

  /// The first tenth is not counted: until then it is being compiled.
  private static void put(Map<String, Double> out, String what, int times, IntConsumer look) {
    var warmUp = times / 10;
    for (var i = 0; i < warmUp; i++) look.accept(i);
    var nanos = new long[times];
    for (var i = 0; i < times; i++) {
      var begin = System.nanoTime();
      look.accept(i);
      nanos[i] = System.nanoTime() - begin;
    }
    Arrays.sort(nanos);
    out.put(what + " p50 ms", nanos[times / 2] / 1e6);
    out.put(what + " p99 ms", nanos[(int) Math.ceil(times * 0.99) - 1] / 1e6);
  }
}
