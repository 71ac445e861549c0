package dev.phaseline.ops.console;

import dev.phaseline.ops.control.TimersView;
import dev.phaseline.ops.control.WorkerView;
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
import java.util.LinkedHashMap;
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
  private final OverviewChanges news = new OverviewChanges();
  private final PhaseHistory history;
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(
          4, Thread.ofPlatform().name("console-pulse-", 0).daemon().factory());

  OverviewPublisher(
      StatusSource status,
      Commands commands,
      PipelineShapes shapes,
      EventStreams feed,
      PhaseHistory history,
      InstantSource clock) {
    this.history = history;
    this.status = status;
    this.commands = commands;
    this.shapes = shapes;
    this.feed = feed;
    this.clock = clock;
    this.phases = new LastAnswer<>(clock);
    this.workers = new LastAnswer<>(clock);
    this.settings = new LastAnswer<>(clock);
    this.timers = new LastAnswer<>(clock);
    this.scheduled = new LastAnswer<>(clock);
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
    scheduled.ask(() -> !status.jobs(SCHEDULED, null, 1).rows().isEmpty());
  }

  /// All that the page's front shows.
  Map<String, Object> overview() {
    var now = clock.instant();
    var state = status.state();
    var told = settings.value().orElse(Map.of());
    var out = new LinkedHashMap<String, Object>();
    out.put("now", now.toString());
    phases.at().ifPresent(at -> out.put("countsAt", at.toString()));
    workers.at().ifPresent(at -> out.put("workersAt", at.toString()));
    var tracker = StatusJson.state(state);
    var notCounted = status.notCounted();
    tracker.put("unreadable", notCounted.count());
    out.put("tracker", tracker);
    // While it restores, what it said before may be less than what is true now.
    var isShown = !(state instanceof TrackerState.Restoring);
    out.put("pipelines", pipelines(isShown, told));
    out.put("workers", liveness());
    out.put(
        "trouble",
        Diagnosis.of(
                shapes,
                new Diagnosis.Told(state, notCounted),
                phases,
                workers,
                settings,
                new Diagnosis.Timers(timers, scheduled.value().orElse(false)))
            .stream()
            .map(Trouble::json)
            .toList());
    return out;
  }

  private List<Map<String, Object>> pipelines(
      boolean isShown, Map<ControlScope, ControlSetting> told) {
    var views = isShown ? phases.value().orElse(List.of()) : List.<PhaseView>of();
    var beats = Diagnosis.beats(workers.value().orElse(List.of()));
    var out = new ArrayList<Map<String, Object>>();
    shapes
        .all()
        .forEach(
            (pipeline, names) ->
                out.add(
                    Map.of(
                        "name",
                        pipeline,
                        "phases",
                        names.stream()
                            .map(phase -> phase(pipeline, phase, views, beats, told))
                            .toList())));
    return out;
  }

  private static Map<String, Object> phase(
      String pipeline,
      String phase,
      List<PhaseView> views,
      List<Heartbeat.PhaseBeat> beats,
      Map<ControlScope, ControlSetting> told) {
    var out = new LinkedHashMap<String, Object>();
    out.put("phase", phase);
    for (var view : views) {
      if (view.pipeline().equals(pipeline) && view.phase().equals(phase)) {
        out.putAll(StatusJson.phase(view));
      }
    }
    out.put("run", Diagnosis.run(pipeline, phase, told).text());
    var own = told.get(new ControlScope.OfPhase(pipeline, phase));
    out.put("permitsSet", own == null ? 0 : own.permits());
    var mine =
        beats.stream()
            .filter(beat -> beat.pipeline().equals(pipeline) && beat.phase().equals(phase))
            .toList();
    out.put("workers", mine.size());
    out.put("running", mine.stream().mapToInt(Heartbeat.PhaseBeat::running).sum());
    out.put("permits", mine.stream().mapToInt(Heartbeat.PhaseBeat::permits).sum());
    out.put("permitsAuto", mine.stream().anyMatch(Heartbeat.PhaseBeat::permitsAuto));
    out.put("backingOff", mine.stream().mapToInt(Heartbeat.PhaseBeat::backingOff).sum());
    out.put(
        "condition",
        mine.stream()
            .map(Heartbeat.PhaseBeat::condition)
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElse(""));
    return out;
  }

  private Map<String, Object> liveness() {
    var out = new LinkedHashMap<String, Object>();
    for (var kind : WorkerView.Liveness.values()) {
      out.put(
          kind.name().toLowerCase(java.util.Locale.ROOT),
          workers.value().orElse(List.of()).stream()
              .filter(worker -> worker.liveness() == kind)
              .count());
    }
    return out;
  }

  /// The last half hour.
  Map<String, Object> history() {
    return history.json();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
