package dev.phaseline.ops.console;

import dev.phaseline.ops.control.OutboxView;
import dev.phaseline.ops.control.PhasePlacement;
import dev.phaseline.ops.control.TimersView;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.ops.schedule.ScheduleView;
import dev.phaseline.ops.tracker.JobQuery;
import dev.phaseline.ops.tracker.PhaseView;
import dev.phaseline.ops.tracker.StatusSource;
import dev.phaseline.ops.tracker.TrackerState;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.Heartbeat;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Publisher of the overview: builds it once a second and sends it to all pages. A source that does
/// not answer is shown in its last known state, with its age and the reason. The tracker and the
/// workers are asked by threads of their own, so that one that hangs does not hold up the other.
/// Thread-safe.
final class OverviewPublisher implements AutoCloseable {
  private static final Duration TIMERS_EVERY = Duration.ofSeconds(10);
  private static final JobQuery SCHEDULED = JobQuery.parse("state=scheduled", Instant.EPOCH);

  static final Duration EVERY = Duration.ofSeconds(1);

  private final StatusSource status;
  private final Commands commands;
  private final PipelineShapes shapes;
  private final EventStreams feed;
  private final InstantSource clock;
  private final LastAnswer<List<PhaseView>> phases;
  private final LastAnswer<List<WorkerView>> workers;
  private final LastAnswer<Map<ControlScope, ControlSetting>> settings;
  private final LastAnswer<TimersView.State> timers;
  private final LastAnswer<Boolean> scheduled;
  private final LastAnswer<List<OutboxView>> outboxes;
  private final ScheduleSource schedules;
  private final LastAnswer<List<ScheduleView>> views;
  private final OverviewChanges news = new OverviewChanges();
  private final PhaseHistory history;
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(
          4, Thread.ofPlatform().name("console-pulse-", 0).daemon().factory());

  OverviewPublisher(
      ConsoleParts parts,
      PipelineShapes shapes,
      EventStreams feed,
      PhaseHistory history,
      InstantSource clock) {
    this.history = history;
    this.status = parts.status();
    this.commands = parts.commands();
    this.schedules = parts.schedules();
    this.views = new LastAnswer<>(clock);
    this.shapes = shapes;
    this.feed = feed;
    this.clock = clock;
    this.phases = new LastAnswer<>(clock);
    this.workers = new LastAnswer<>(clock);
    this.settings = new LastAnswer<>(clock);
    this.timers = new LastAnswer<>(clock);
    this.scheduled = new LastAnswer<>(clock);
    this.outboxes = new LastAnswer<>(clock);
  }

  void start() {
    every(this::askTracker);
    every(this::askWorkers);
    var _ =
        threads.scheduleWithFixedDelay(
            this::askTimers, 0, TIMERS_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    every(this::publish);
  }

  private void every(Runnable look) {
    var _ = threads.scheduleWithFixedDelay(look, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void publish() {
    var now = overview();
    if (news.isNews(now, clock.instant())) feed.publish("overview", now);
  }

  private void askTracker() {
    phases.ask(status::phases);
    if (phases.wrong().isEmpty()) {
      phases.value().ifPresent(views -> history.add(clock.instant(), views));
    }
  }

  private void askWorkers() {
    workers.ask(commands::workers);
    settings.ask(commands::settings);
  }

  private void askTimers() {
    timers.ask(commands::timers);
    views.ask(schedules::list);
    outboxes.ask(commands::outboxes);
    scheduled.ask(() -> !status.jobs(SCHEDULED, null, 1).rows().isEmpty());
  }

  /// All that the page's front shows.
  OverviewJson.Overview overview() {
    var now = clock.instant();
    var state = status.state();
    var told = settings.value().orElse(Map.of());
    var notCounted = status.notCounted();
    // While it restores, what it said before may be less than what is true now.
    var isShown = !(state instanceof TrackerState.Restoring);
    var trouble =
        new ArrayList<>(
            Diagnosis.of(
                shapes,
                new Diagnosis.Told(state, notCounted),
                phases,
                workers,
                settings,
                new Diagnosis.Timers(
                    timers,
                    scheduled.value().orElse(false),
                    views.value().orElse(List.of()),
                    now)));
    trouble.addAll(OutboxDiagnosis.of(outboxes.value().orElse(List.of())));
    trouble.sort(Comparator.comparing(Trouble::severity));
    return new OverviewJson.Overview(
        now.toString(),
        phases.at().map(Instant::toString).orElse(null),
        workers.at().map(Instant::toString).orElse(null),
        OverviewJson.Tracker.of(state, notCounted.count()),
        pipelines(isShown, told),
        OverviewJson.Liveness.of(workers.value().orElse(List.of())),
        trouble.stream().map(OverviewJson.TroubleLine::of).toList());
  }

  private List<OverviewJson.Pipeline> pipelines(
      boolean isShown, Map<ControlScope, ControlSetting> told) {
    var views = isShown ? phases.value().orElse(List.of()) : List.<PhaseView>of();
    var beats = Diagnosis.beats(workers.value().orElse(List.of()));
    var out = new ArrayList<OverviewJson.Pipeline>();
    shapes
        .all()
        .forEach(
            (pipeline, names) ->
                out.add(
                    new OverviewJson.Pipeline(
                        pipeline,
                        names.stream()
                            .map(phase -> phase(pipeline, phase, views, beats, told))
                            .toList())));
    return out;
  }

  private static OverviewJson.PhaseLine phase(
      String pipeline,
      String phase,
      List<PhaseView> views,
      List<Heartbeat.PhaseBeat> beats,
      Map<ControlScope, ControlSetting> told) {
    var view =
        views.stream()
            .filter(one -> one.pipeline().equals(pipeline) && one.phase().equals(phase))
            .findFirst();
    var scope = new ControlScope.OfPhase(pipeline, phase);
    var mine =
        beats.stream()
            .filter(beat -> beat.pipeline().equals(pipeline) && beat.phase().equals(phase))
            .toList();
    return new OverviewJson.PhaseLine(
        phase,
        view.isPresent() ? pipeline : null,
        view.map(StatusJson.Counts::of).orElse(null),
        PhasePlacement.run(scope, told).text(),
        told.getOrDefault(scope, ControlSetting.NONE).permits(),
        work(mine));
  }

  private static OverviewJson.Work work(List<Heartbeat.PhaseBeat> beats) {
    return new OverviewJson.Work(
        beats.size(),
        beats.stream().mapToInt(Heartbeat.PhaseBeat::running).sum(),
        beats.stream().mapToInt(Heartbeat.PhaseBeat::permits).sum(),
        beats.stream().anyMatch(Heartbeat.PhaseBeat::permitsAuto),
        beats.stream().mapToInt(Heartbeat.PhaseBeat::backingOff).sum(),
        beats.stream()
            .map(Heartbeat.PhaseBeat::condition)
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElse(""));
  }

  /// Items that wait for each phase, by `pipeline.phase`; none while the tracker does not know.
  Map<String, Long> waiting() {
    if (status.state() instanceof TrackerState.Restoring) return Map.of();
    var waiting = new HashMap<String, Long>();
    for (var view : phases.value().orElse(List.of())) {
      waiting.put(view.pipeline() + '.' + view.phase(), view.waiting());
    }
    return waiting;
  }

  /// The last half hour.
  OverviewJson.History history() {
    return history.json();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
