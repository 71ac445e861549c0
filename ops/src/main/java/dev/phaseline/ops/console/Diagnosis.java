package dev.phaseline.ops.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.console.Trouble.Severity;
import dev.phaseline.ops.control.PhasePlacement;
import dev.phaseline.ops.control.TimersView;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.ops.schedule.ScheduleView;
import dev.phaseline.ops.tracker.PhaseView;
import dev.phaseline.ops.tracker.StatusSource;
import dev.phaseline.ops.tracker.TrackerState;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.control.RunState;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Diagnosis of the whole system: troubles for an operator, the worst first, each with its remedy.
/// For one thread, once.
final class Diagnosis {
  /// A queue that grows is told of when it is not just a moment's.
  private static final long FALLING_BEHIND_MIN = 1_000;

  private static final double GROWS = 1.1;

  /// Longer than a canary's letters may take where nothing else is asked for.
  private static final Duration QUEUED_MAX = Duration.ofMinutes(10);

  /// A topic full of them would push everything else out of sight.
  private static final int UNREADABLE_SHOWN_MAX = 5;

  /// A guessed offset loses items or processes them twice.
  private static final String STOPPED_REMEDY =
      "It does not go on by itself, other partitions do. Drain the phase, set its group's offset of"
          + " the partition by hand (kafka-consumer-groups --reset-offsets: further back repeats"
          + " items, further on skips them), then resume the phase.";

  private final List<Trouble> found = new ArrayList<>();

  /// All that is known to be wrong.
  static List<Trouble> of(
      PipelineShapes shapes,
      Told tracker,
      LastAnswer<List<PhaseView>> phases,
      LastAnswer<List<WorkerView>> workers,
      LastAnswer<Map<ControlScope, ControlSetting>> told,
      Timers timers) {
    var settings = told.value().orElse(Map.of());
    var diagnosis = new Diagnosis();
    diagnosis.tracker(tracker.state(), phases);
    diagnosis.notCounted(tracker.notCounted());
    diagnosis.workers(workers);
    // what keeps one from being read, is told once
    if (workers.wrong().isEmpty() && !told.wrong().isEmpty()) diagnosis.unread(told.wrong());
    diagnosis.timers(timers, phases.value().orElse(List.of()));
    diagnosis.phases(phases.value().orElse(List.of()), shapes, workers, settings);
    diagnosis.queues(shapes, phases.value().orElse(List.of()));
    for (var beat : beats(workers.value().orElse(List.of()))) diagnosis.beat(beat);
    settings.forEach(diagnosis::setting);
    diagnosis.found.sort(Comparator.comparing(Trouble::severity));
    return diagnosis.found;
  }

  /// The state of the tracker.
  record Told(TrackerState state, StatusSource.NotCounted notCounted) {}

  /// The state of timers.
  ///
  /// @param known what brokers say
  /// @param isAnyScheduled whether a job waits for its time
  /// @param schedules all of them
  /// @param now the time of the diagnosis
  record Timers(
      LastAnswer<TimersView.State> known,
      boolean isAnyScheduled,
      List<ScheduleView> schedules,
      Instant now) {}

  private void unread(String wrong) {
    add(
        Severity.BAD,
        "Control settings can't be read: " + wrong,
        "Check the brokers; a phase that is shown as working may be paused.",
        "");
  }

  private void timers(Timers timers, List<PhaseView> phases) {
    var state = timers.known().value().orElse(TimersView.State.WELL);
    var retrying = phases.stream().mapToLong(PhaseView::retrying).sum();
    var isAwaited =
        state.unread() > 0
            || retrying > 0
            || timers.isAnyScheduled()
            || ScheduleDiagnosis.isAnyActive(timers.schedules());
    if (!state.isServed() && isAwaited) {
      add(
          Severity.BAD,
          "No scheduler runs: schedules, jobs for later, and retries that wait long, do not start",
          "Start one: phaseline scheduler, or phaseline worker --scheduler.",
          "");
    }
    found.addAll(ScheduleDiagnosis.of(timers.schedules(), state.isServed(), timers.now()));
    if (state.refusedLately() > 0) {
      add(
          Severity.WARN,
          String.format(
              Locale.ROOT,
              "%,d %s refused within a day",
              state.refusedLately(),
              state.refusedLately() == 1 ? "timer was" : "timers were"),
          "Read why: phaseline timers. One that is written again without pl-kind and pl-reason is"
              + " tried again.",
          "");
    }
  }

  /// Phases of live workers, by their heartbeats.
  static List<Heartbeat.PhaseBeat> beats(List<WorkerView> workers) {
    return workers.stream()
        .filter(WorkerView::isLive)
        .flatMap(worker -> worker.heartbeat().phases().stream())
        .toList();
  }

  private void add(Severity severity, String title, String remedy, String link) {
    found.add(new Trouble(severity, title, remedy, link));
  }

  private void tracker(TrackerState state, LastAnswer<List<PhaseView>> phases) {
    switch (state) {
      case TrackerState.Ready _ -> {
        if (!phases.wrong().isEmpty()) {
          add(
              Severity.BAD,
              "The tracker does not answer: " + phases.wrong(),
              "Check the brokers; the data shown here is old.",
              "");
        }
      }
      case TrackerState.Restoring restoring ->
          add(
              Severity.WARN,
              String.format(
                  Locale.ROOT,
                  "The tracker is restoring: %.0f %% of %,d records",
                  100 * restoring.progress(),
                  restoring.total()),
              "Work goes on meanwhile; counts and jobs are shown again when it is done.",
              "");
      case TrackerState.Failed failed ->
          add(
              Severity.BAD,
              "Jobs and counts are unavailable: " + failed.reason(),
              "Dead letters, workers and commands go on. A tracker that ended is started again; it"
                  + " reads the topics, so nothing is lost.",
              "");
    }
  }

  /// An unreadable record may be an item that stops its partition, a letter or a timer.
  private void notCounted(StatusSource.NotCounted passed) {
    var shown = Math.min(UNREADABLE_SHOWN_MAX, passed.last().size());
    for (var one : passed.last().subList(passed.last().size() - shown, passed.last().size())) {
      var topic = one.partition().topic();
      add(
          Severity.WARN,
          "Topic %s, partition %d, offset %d can't be read and is in no count: %s"
              .formatted(topic, one.partition().partition(), one.offset(), one.why()),
          "Where it is an item, its partition stands still in front of it. Past it: stop the"
              + " phase's workers when all before it is done, then kafka-consumer-groups --group %s"
                  .formatted(topic)
              + " --topic %s:%d --reset-offsets --to-offset %d --execute."
                  .formatted(topic, one.partition().partition(), one.offset() + 1)
              + " A timer there is lost. Brokers refuse such records where the topic has"
              + " compression.type=uncompressed.",
          "#/workers");
    }
    var more = passed.count() - shown;
    if (more > 0) {
      add(
          Severity.WARN,
          String.format(
              Locale.ROOT, "%,d more %s can't be read", more, more == 1 ? "record" : "records"),
          "The tracker's log has the offset of each.",
          "");
    }
  }

  private void workers(LastAnswer<List<WorkerView>> workers) {
    if (!workers.wrong().isEmpty()) {
      add(
          Severity.BAD,
          "Workers' heartbeats can't be read: " + workers.wrong(),
          "Check the brokers; the data shown here is old.",
          "");
      return;
    }
    for (var worker : workers.value().orElse(List.of())) {
      var beat = worker.heartbeat();
      if (worker.liveness() == WorkerView.Liveness.UNKNOWN) {
        add(
            Severity.BAD,
            "Worker "
                + beat.server()
                + " has sent no heartbeat for "
                + worker.age().toSeconds()
                + " s; brokers can't accept heartbeats, so its state is unknown",
            "Look at the brokers: partitions without a leader, too few replicas, no controller.",
            "#/workers");
      } else if (worker.liveness() == WorkerView.Liveness.GONE) {
        add(
            Severity.BAD,
            "Worker "
                + beat.server()
                + " has been silent for "
                + worker.age().toSeconds()
                + " s; it was killed, cut off or frozen",
            "Its partitions move to other workers automatically. Read its log, start it again.",
            "#/workers");
      } else if (worker.isLive() && !beat.trouble().isEmpty()) {
        add(
            Severity.BAD,
            "Worker " + beat.server() + " does not follow all commands: " + beat.trouble(),
            "Repeat a command that it can't read. If it follows none, end its process to stop it.",
            "#/workers");
      }
    }
  }

  private void phases(
      List<PhaseView> views,
      PipelineShapes shapes,
      LastAnswer<List<WorkerView>> workers,
      Map<ControlScope, ControlSetting> settings) {
    var placements = new HashMap<String, PhasePlacement>();
    for (var one : PhasePlacement.all(shapes.all(), workers.value().orElse(List.of()), settings)) {
      placements.put(one.id(), one);
    }
    for (var view : views) {
      var placement = placements.get(view.pipeline() + '.' + view.phase());
      if (placement == null) continue;
      letters(view);
      var unserved =
          workers.value().isPresent()
              ? placement.unserved(view.waiting(), "")
              : Optional.<PhasePlacement.Unserved>empty();
      unserved.ifPresentOrElse(
          one -> add(Severity.BAD, one.title(), one.remedy(), "#/placement"),
          () -> pace(view, placement));
    }
  }

  private void letters(PhaseView view) {
    if (view.dead() == 0) return;
    add(
        Severity.WARN,
        String.format(
            Locale.ROOT,
            "%,d dead %s in %s.%s",
            view.dead(),
            view.dead() == 1 ? "letter waits" : "letters wait",
            view.pipeline(),
            view.phase()),
        "Read their reasons, then redrive or discard them.",
        "#/dead/" + view.pipeline() + "?q=" + encoded("phase=" + view.phase()));
  }

  private void pace(PhaseView view, PhasePlacement placement) {
    if (view.waiting() < FALLING_BEHIND_MIN
        || view.inPerSecond() <= GROWS * view.outPerSecond()
        || placement.run() != RunState.RUNNING) {
      return;
    }
    add(
        Severity.WARN,
        String.format(
            Locale.ROOT,
            "%s falls behind: %.0f/s come, %.0f/s go",
            placement.id(),
            view.inPerSecond(),
            view.outPerSecond()),
        "Raise its concurrency, or start another worker.",
        "#/placement");
  }

  /// A pipeline has one redrive at a time, which may send all letters of one phase before the first
  /// of another: none of its phases moves when it does not.
  private void queues(PipelineShapes shapes, List<PhaseView> views) {
    var queues = new TreeMap<String, PhaseView.Queue>();
    for (var view : views) {
      if (shapes.phases(view.pipeline()).isEmpty()) continue;
      view.queueIfAny().ifPresent(one -> queues.merge(view.pipeline(), one, PhaseView.Queue::plus));
    }
    queues.forEach((pipeline, all) -> queue(pipeline, all.letters(), all.still()));
  }

  private void queue(String pipeline, long letters, Duration still) {
    if (letters == 0 || still.compareTo(QUEUED_MAX) < 0) return;
    add(
        Severity.WARN,
        String.format(
            Locale.ROOT,
            "%,d dead %s of %s queued for a redrive that has sent none for %,d min",
            letters,
            letters == 1 ? "letter" : "letters",
            pipeline + (letters == 1 ? " is" : " are"),
            still.toMinutes()),
        "A redrive at a very low rate goes on by itself. If its process has died, or its phase's"
            + " topic takes no records, redrive the letters again, or take them back: phaseline"
            + " dead undo "
            + pipeline
            + " state=queued.",
        "#/dead/" + pipeline + "?q=" + encoded("state=queued"));
  }

  private static String remedy(String condition) {
    if (condition.contains(Heartbeat.SEE_TRANSACTIONS)) {
      return "It goes on when the transaction has ended. A hanging one never ends: abort it.";
    }
    return condition.startsWith(Heartbeat.KEY_ORDER)
        ? "Nothing waits for it, but items of one key may overlap."
        : "It goes on by itself when that is over.";
  }

  private void beat(Heartbeat.PhaseBeat beat) {
    var name = beat.pipeline() + '.' + beat.phase();
    if (!beat.stoppedBecause().isEmpty()) {
      add(Severity.BAD, name + ": " + beat.stoppedBecause(), STOPPED_REMEDY, "#/workers");
    }
    // what operators hold is told with their name and reason, once; so is what is stopped
    if (!beat.condition().isEmpty()
        && beat.run() == RunState.RUNNING
        && !beat.condition().equals(beat.stoppedBecause())) {
      var hidden = beat.condition().contains(Heartbeat.SEE_TRANSACTIONS);
      add(
          Severity.WARN,
          name + ": " + beat.condition(),
          remedy(beat.condition()),
          hidden ? "#/transactions" : "#/workers");
    }
    if (beat.hung() > 0) {
      add(
          Severity.WARN,
          String.format(
              Locale.ROOT,
              "%d %s of %s did not end at their timeout",
              beat.hung(),
              beat.hung() == 1 ? "handler" : "handlers",
              name),
          "They hold a permit until they end; restart the worker if they never do.",
          "#/workers");
    }
  }

  private void setting(ControlScope scope, ControlSetting setting) {
    if (scope instanceof ControlScope.OfJob || setting.run() == RunState.RUNNING) return;
    var why = setting.author().reason().isEmpty() ? "" : ": " + setting.author().reason();
    add(
        Severity.INFO,
        named(scope) + " is " + setting.run().text() + " by " + setting.author().by() + why,
        "Resume it when the reason is gone.",
        "#/workers");
  }

  /// A sentence begins with a word; a name stays as it is written.
  private static String named(ControlScope scope) {
    return switch (scope) {
      case ControlScope.OfPipeline all -> "Pipeline " + all.pipeline();
      case ControlScope.OfPhase one -> "Phase " + one.label();
      case ControlScope.OfServer one -> "Server " + one.server();
      case ControlScope.OfPhaseAt one -> "Phase " + one.label();
      case ControlScope.OfJob one -> "Job " + one.job() + " of " + one.pipeline();
    };
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }
}
