package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import dev.phaseline.bench.contender.Course;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One contender, one round, one pile of items that lies there before the clock starts.
///
/// The clock runs from the first call of a handler, so that joining a group is nobody's handicap,
/// until a reader of committed records can see the last item in the sink.
///
/// @param rig what it runs on
/// @param who the contender
/// @param phases how many
/// @param concurrency handlers at once
/// @param partitions of every topic
/// @param load the pile
record Trial(Rig rig, Contenders who, int phases, int concurrency, int partitions, Load load) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_MS = 20;

  /// The result.
  ///
  /// @param itemsPerSecond through all phases
  /// @param seconds from the first call to the last item
  /// @param cpuSeconds processor time of the contender's process in that round, start and stop
  ///   included
  /// @param figures what the contender says of itself
  /// @param problems why the figures mean nothing; empty when they do
  record Result(
      double itemsPerSecond,
      double seconds,
      double cpuSeconds,
      Map<String, Double> figures,
      List<String> problems) {}

  /// Runs it.
  Result run() throws InterruptedException {
    var course = rig.course(phases, concurrency, partitions);
    try (var feeder = Feeder.bulk(course, who.isOurs())) {
      feeder.send(load, 0, load.items());
    }
    var result = run(course);
    rig.drop(course);
    return result;
  }

  /// Runs it on a course whose input lies there, and leaves the course as it is then.
  Result run(Course course) throws InterruptedException {
    var child = rig.child(who);
    try (var watch = SinkWatch.start(rig.admin(), course.sink(), partitions);
        var audit = audit(course)) {
      var cpuBefore = child.cpuTime();
      child.run(course);
      awaitVisible(child, watch);
      audit.readAll(patience());
      var reply = child.report();
      child.stop();
      var cpu = child.cpuTime().minus(cpuBefore);
      audit.readRest();
      var problems = new ArrayList<>(audit.problems());
      var endMs = watch.seenAtMs(audit.ends());
      if (reply.firstCallMs() == 0) problems.add("no handler was called");
      if (endMs == 0) problems.add("nobody saw the end");
      var seconds = Math.max(1, endMs - reply.firstCallMs()) / 1000.0;
      return new Result(
          load.items() / seconds,
          seconds,
          cpu.toNanos() / 1e9,
          reply.figures(),
          List.copyOf(problems));
    }
  }

  /// A straggler that the others don't wait for stops no clock either.
  private Audit audit(Course course) {
    var clockFrom = load.stragglerMs() > 0 ? 1 : 0;
    return new Audit(course.bootstrap(), course.sink(), partitions, load.items(), clockFrom);
  }

  private Duration patience() {
    return PATIENCE.plusMillis(load.stragglerMs());
  }

  /// Waits until as many offsets are visible as there are items, or nothing moves any more. A few
  /// of the offsets may be markers: the audit waits for the rest.
  private void awaitVisible(Child child, SinkWatch watch) throws InterruptedException {
    var visible = -1L;
    var deadline = 0L;
    var looks = 0;
    while (visible < load.items()) {
      var now = watch.visible();
      if (now > visible) {
        visible = now;
        deadline = System.nanoTime() + patience().toNanos();
      } else if (System.nanoTime() > deadline) {
        return; // the audit says what is missing
      }
      if (++looks % 50 == 0) child.report(); // throws when it has failed
      Thread.sleep(LOOK_MS);
    }
  }
}
