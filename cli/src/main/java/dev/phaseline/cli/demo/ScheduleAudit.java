package dev.phaseline.cli.demo;

import dev.phaseline.schedules.NextInstants;
import dev.phaseline.schemas.schedule.ScheduleRun;
import dev.phaseline.schemas.schedule.ScheduleRun.Decision;
import dev.phaseline.schemas.schedule.ScheduleSpec;
import dev.phaseline.schemas.schedule.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Audit of one schedule that has ended: its instants as they are computed from its definition,
/// against the decisions in the topic, against the jobs in the pipeline. An instant must have one
/// decision, a submitted job must be in the pipeline and have ended once, and the pipeline must
/// have no other job of the schedule. Of a continuous schedule, whose instants are not known
/// before, no job may begin before the one before has ended. For one thread.
final class ScheduleAudit {
  private final String id;
  private final Map<Instant, Integer> decided = new TreeMap<>();
  private final Map<String, Integer> submitted = new HashMap<>();
  private final Map<String, Integer> ended = new HashMap<>();
  private final List<Long> lateMs = new ArrayList<>();
  private final List<Long> tookMs = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private long instants;
  private long skipped;

  private ScheduleAudit(String id) {
    this.id = id;
  }

  /// Result for one schedule, in milliseconds. A percentile of nothing is 0.
  ///
  /// @param id the schedule's
  /// @param instants that it had
  /// @param submitted jobs
  /// @param skipped instants without a job
  /// @param ended jobs
  /// @param lateP50Ms from the instant to the submission
  /// @param lateMaxMs the same of the latest
  /// @param tookP50Ms from the submission to the job's end
  /// @param tookMaxMs the same of the longest
  record Result(
      String id,
      long instants,
      long submitted,
      long skipped,
      long ended,
      long lateP50Ms,
      long lateMaxMs,
      long tookP50Ms,
      long tookMaxMs) {}

  /// A result, and what is wrong.
  ///
  /// @param problems one line each
  record Verdict(Result result, List<String> problems) {
    Verdict {
      problems = List.copyOf(problems);
    }
  }

  /// Audits.
  ///
  /// @param spec the definition, with a first and a last instant
  /// @param runs all decisions of one generation, the oldest first
  /// @param jobs ids of the schedule's jobs that are in its pipeline
  static Verdict of(String id, ScheduleSpec spec, List<ScheduleRun> runs, Set<String> jobs) {
    var audit = new ScheduleAudit(id);
    var isContinuous = spec.timing() instanceof Timing.Continuous;
    for (var run : runs) audit.take(run, spec, isContinuous);
    audit.instants = audit.decided.size();
    if (!isContinuous) audit.compareInstants(spec);
    audit.compareJobs(jobs);
    return new Verdict(audit.result(), audit.problems);
  }

  private void take(ScheduleRun run, ScheduleSpec spec, boolean isContinuous) {
    switch (run.decision()) {
      case Decision.Submitted(var job, var lateness) -> {
        var isFollowing = submitted.keySet().stream().allMatch(ended::containsKey);
        if (isContinuous && !isFollowing) {
          problem(job + " was submitted before the job before it had ended");
        }
        decided.merge(run.nominal(), 1, Integer::sum);
        submitted.merge(job, 1, Integer::sum);
        lateMs.add(lateness.toMillis());
      }
      case Decision.Skipped skip -> skip(run.nominal(), skip, spec);
      case Decision.Ended(var job, var _, var duration, var _) -> {
        ended.merge(job, 1, Integer::sum);
        tookMs.add(duration.toMillis());
      }
      case Decision.Buffered _ -> {} // its decision comes later
    }
  }

  /// Several instants that were left out in a row are one record.
  private void skip(Instant first, Decision.Skipped skip, ScheduleSpec spec) {
    skipped += skip.count();
    decided.merge(first, 1, Integer::sum);
    if (skip.count() == 1) return;
    var timing = NextInstants.of(spec.timing());
    for (var at = timing.after(first);
        at != null && !at.isAfter(skip.last());
        at = timing.after(at)) {
      decided.merge(at, 1, Integer::sum);
    }
  }

  private void compareInstants(ScheduleSpec spec) {
    var from = spec.window().from();
    var until = spec.window().until();
    if (from == null || until == null) {
      throw new IllegalArgumentException("schedule " + id + " has no first or no last instant");
    }
    instants = 0;
    var others = new TreeMap<>(decided);
    var timing = NextInstants.of(spec.timing());
    for (var at = timing.after(from.minusMillis(1));
        at != null && at.isBefore(until);
        at = timing.after(at)) {
      instants++;
      var times = others.remove(at);
      if (times == null) problem(at + " was missed: there is no decision about it");
      else if (times > 1) problem(at + " was decided " + times + " times");
    }
    others.keySet().forEach(at -> problem(at + " was decided, and is no instant of the schedule"));
  }

  private void compareJobs(Set<String> jobs) {
    for (var job : submitted.keySet().stream().sorted().toList()) {
      var times = submitted.getOrDefault(job, 0);
      if (times > 1) problem(job + " was submitted " + times + " times");
      if (!jobs.contains(job)) problem(job + " was submitted, and is not in the pipeline");
      var ends = ended.getOrDefault(job, 0);
      if (ends == 0) problem(job + " has not ended");
      else if (ends > 1) problem(job + " ended " + ends + " times");
    }
    jobs.stream()
        .filter(job -> !submitted.containsKey(job))
        .sorted()
        .forEach(job -> problem(job + " is in the pipeline, and no decision submitted it"));
  }

  private void problem(String what) {
    problems.add(id + ": " + what);
  }

  private Result result() {
    return new Result(
        id,
        instants,
        submitted.size(),
        skipped,
        ended.size(),
        middle(lateMs),
        greatest(lateMs),
        middle(tookMs),
        greatest(tookMs));
  }

  private static long middle(List<Long> values) {
    return values.isEmpty() ? 0 : values.stream().sorted().toList().get(values.size() / 2);
  }

  private static long greatest(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /// The number of jobs of a schedule that ended while a job of another one ran: it did not block
  /// them.
  static long endedWithin(List<ScheduleRun> ends, List<ScheduleRun> longOnes) {
    return ends.stream()
        .filter(run -> run.decision() instanceof Decision.Ended)
        .filter(run -> longOnes.stream().anyMatch(other -> covers(other, run.at())))
        .count();
  }

  private static boolean covers(ScheduleRun run, Instant at) {
    return run.decision() instanceof Decision.Ended(var _, var _, Duration took, var _)
        && !at.isBefore(run.at().minus(took))
        && at.isBefore(run.at());
  }
}
