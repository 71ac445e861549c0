package dev.phaseline.bench;

import static java.util.Objects.requireNonNull;

import dev.phaseline.bench.contender.Contenders;
import dev.phaseline.bench.contender.Controlled;
import dev.phaseline.bench.contender.Course;
import dev.phaseline.bench.contender.Journal;
import dev.phaseline.ops.control.Control;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// The time that three workers, each a process, take to follow a command while items run through
/// their phase: from the moment when the command has returned to the moment when the slowest of
/// them does as it says; 0 when it did before. What handlers did is in the workers' journals, and
/// read when all is over.
///
/// After each command nothing else is said for 1.2 s, and the journals are looked at to the end of
/// that time: a paused worker that started something after a second would show.
record Commands() implements Bench {
  private static final int WORKERS = 3;
  private static final int PARTITIONS = 9;
  private static final int FEW = 8;
  private static final int MANY = 24;
  private static final int WAIT_MS = 100;
  private static final int WAITING = 900;
  private static final int ROUNDS = 30;
  private static final int ROUNDS_QUICK = 3;
  private static final int GOAL_MS = 1_000;
  private static final int STILL_MS = 100;
  private static final Duration HOLD = Duration.ofMillis(1_200);
  private static final Duration JOIN = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ControlScope.OfPhase PHASE = new ControlScope.OfPhase(Course.PIPELINE, "p0");
  private static final Author AUTHOR = new Author("bench", "bench control", "to see how long");
  private static final String REACTION = "ms";

  /// The commands that are measured.
  private enum Verb {
    PAUSE("pause: the last start"),
    RESUME("resume: the first start"),
    MORE("concurrency 8 to 24"),
    FEWER("concurrency 24 to 8"),
    CANCEL("cancel: handlers are told");

    final String what;

    Verb(String what) {
      this.what = what;
    }
  }

  /// A command that was given.
  ///
  /// @param issued epoch microseconds
  /// @param returned epoch microseconds
  /// @param until when the next one was given
  private record Given(long issued, long returned, long until) {}

  @Override
  public String name() {
    return "control";
  }

  @Override
  public String summary() {
    return "how soon 3 workers under load follow pause, resume, concurrency and cancel";
  }

  @Override
  public List<Contenders> eligible() {
    return List.of(Contenders.CONTROLLED);
  }

  @Override
  public Report run(Rig rig, Plan plan) throws InterruptedException {
    var rounds = plan.rounds() > 0 ? plan.rounds() : plan.quick() ? ROUNDS_QUICK : ROUNDS;
    var rows = new LinkedHashMap<Verb, Row>();
    for (var verb : Verb.values()) rows.put(verb, new Row(verb.what, 0));
    var all = new Row("all", 0);
    var course = rig.controlledCourse(FEW, PARTITIONS);
    var workers = new ArrayList<Child>();
    var given = new ArrayList<Map<Verb, Given>>();
    try (var control =
            Control.open(
                Map.of("bootstrap.servers", course.bootstrap()),
                new TopicNames(course.namespace()));
        var flow = new CommandFlow(course, PARTITIONS, WAIT_MS, WAITING)) {
      for (var i = 0; i < WORKERS; i++) {
        var worker = rig.newChild(Contenders.CONTROLLED);
        workers.add(worker);
        worker.run(course.as("worker" + i, ""));
      }
      for (var worker : workers) awaitWorking(worker);
      Thread.sleep(HOLD);
      for (var round = 0; round < rounds; round++) {
        given.add(round(control, flow, workers, round));
        plan.say("round %d of %d: %d items have ended", round + 1, rounds, flow.ended());
      }
      control.concurrency(PHASE, MANY, AUTHOR);
      flow.drain(PATIENCE);
      for (var worker : workers) worker.stop();
      all.addProblems(rounds - 1, flow.finish());
      all.add("items", flow.ended());
    } finally {
      workers.forEach(Child::kill);
    }
    var reactions = reactions(rig, course);
    for (var round = 0; round < rounds; round++) judge(reactions, given.get(round), round, rows);
    if (reactions.runningMax() > MANY) {
      all.addProblems(0, List.of(reactions.runningMax() + " handlers ran at once"));
    }
    rig.dropAll(course);
    return report(rounds, rows, all);
  }

  private static Map<Verb, Given> round(
      Control control, CommandFlow flow, List<Child> workers, int round)
      throws InterruptedException {
    var given = new EnumMap<Verb, Given>(Verb.class);
    given.put(Verb.PAUSE, give(() -> control.pause(PHASE, AUTHOR)));
    flow.submitJob(round);
    given.put(Verb.RESUME, give(() -> control.resume(PHASE, AUTHOR)));
    given.put(Verb.MORE, give(() -> control.concurrency(PHASE, MANY, AUTHOR)));
    given.put(Verb.FEWER, give(() -> control.concurrency(PHASE, FEW, AUTHOR)));
    awaitRunning(workers);
    var job = new ControlScope.OfJob(Course.PIPELINE, CommandFlow.job(round));
    given.put(Verb.CANCEL, give(() -> control.cancel(job, Control.CANCELLED_KEPT, AUTHOR)));
    return given;
  }

  private static Given give(Runnable command) throws InterruptedException {
    var issued = Journal.nowMicros();
    command.run();
    var returned = Journal.nowMicros();
    Thread.sleep(HOLD);
    return new Given(issued, returned, Journal.nowMicros());
  }

  private static void judge(
      Reactions reactions, Map<Verb, Given> given, int round, Map<Verb, Row> rows) {
    given.forEach(
        (verb, one) -> {
          var row = requireNonNull(rows.get(verb));
          var until = one.until();
          var at =
              switch (verb) {
                case PAUSE -> OptionalLong.of(reactions.lastStart(one.issued(), until));
                case RESUME -> reactions.firstStart(one.issued(), until);
                case MORE -> reactions.reached(MANY, one.issued(), until);
                case FEWER -> reactions.settled(FEW, one.issued(), until);
                case CANCEL -> reactions.told(running(round), until);
              };
          // what did not happen in that time took that long at least, which misses the goal
          var followed = at.orElse(until);
          row.add(REACTION, Math.max(0, followed - one.returned()) / 1e3);
          row.add("with the call ms", (followed - one.issued()) / 1e3);
          row.add("call ms", (one.returned() - one.issued()) / 1e3);
          row.add("not in time", at.isEmpty() ? 1 : 0);
          if (verb == Verb.PAUSE && followed > until - STILL_MS * 1_000L) {
            row.addProblems(round, List.of("what is paused still starts items"));
          }
          if (verb == Verb.CANCEL) {
            var started = reactions.starts(queued(round));
            if (started > 0) {
              row.addProblems(round, List.of(started + " queued items of a cancelled job started"));
            }
          }
        });
  }

  private static Set<Long> running(int round) {
    return ids(IntStream.range(0, PARTITIONS).mapToLong(p -> CommandFlow.running(round, p)));
  }

  private static Set<Long> queued(int round) {
    return ids(IntStream.range(0, PARTITIONS).mapToLong(p -> CommandFlow.queued(round, p)));
  }

  private static Set<Long> ids(LongStream ids) {
    return ids.boxed().collect(Collectors.toSet());
  }

  private static Report report(int rounds, Map<Verb, Row> rows, Row all) {
    var goals = new ArrayList<Goal>();
    for (var row : rows.values()) {
      var spread = row.figures().get(REACTION);
      if (spread == null) continue;
      var micros = spread.values().stream().mapToLong(ms -> Math.round(ms * 1e3)).toArray();
      var percentiles = new Percentiles(micros);
      row.add("p50 ms", percentiles.at(50) / 1e3);
      row.add("p99 ms", percentiles.at(99) / 1e3);
      row.add("max ms", percentiles.at(100) / 1e3);
      goals.add(Goal.atMost(row.name() + ", p99 ms", GOAL_MS, percentiles.at(99) / 1e3));
    }
    var settings = new LinkedHashMap<String, Object>();
    settings.put("workers", WORKERS);
    settings.put("partitions", PARTITIONS);
    settings.put("waitMs", WAIT_MS);
    settings.put("waitingItems", WAITING);
    settings.put("holdMs", HOLD.toMillis());
    settings.put("rounds", rounds);
    var lines = new ArrayList<>(rows.values());
    lines.add(all);
    return new Report("control", settings, lines, new LinkedHashMap<>(), goals);
  }

  private static Reactions reactions(Rig rig, Course course) {
    try {
      var journals = new ArrayList<List<Journal.Event>>();
      for (var i = 0; i < WORKERS; i++) {
        journals.add(Journal.read(course.as("worker" + i, "").journal(rig.folder())));
      }
      return new Reactions(journals);
    } catch (IOException e) {
      throw new UncheckedIOException("a worker left no journal of what it ran", e);
    }
  }

  /// Waits until a worker has partitions: it has handled something.
  private static void awaitWorking(Child child) throws InterruptedException {
    var deadline = System.nanoTime() + JOIN.toNanos();
    while (child.report().calls() == 0) {
      if (System.nanoTime() > deadline) {
        throw new BenchException("a worker had nothing to do for " + JOIN.toSeconds() + " s");
      }
      Thread.sleep(50);
    }
  }

  /// Waits until the job that is to be cancelled runs in each partition.
  private static void awaitRunning(List<Child> workers) throws InterruptedException {
    var deadline = System.nanoTime() + JOIN.toNanos();
    while (jobItems(workers) < PARTITIONS) {
      if (System.nanoTime() > deadline) {
        throw new BenchException("a job had not begun after " + JOIN.toSeconds() + " s");
      }
      Thread.sleep(20);
    }
  }

  private static double jobItems(List<Child> workers) {
    return workers.stream()
        .mapToDouble(
            worker -> worker.report().figures().getOrDefault(Controlled.JOB_ITEMS_RUNNING, 0.0))
        .sum();
  }
}
