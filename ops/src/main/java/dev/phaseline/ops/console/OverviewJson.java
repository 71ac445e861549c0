package dev.phaseline.ops.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.ops.tracker.TrackerState;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The overview as the API answers it and the event stream sends it.
final class OverviewJson {
  private OverviewJson() {}

  /// All that the page's front shows.
  ///
  /// @param countsAt when the tracker answered last; absent before it has
  /// @param workersAt when the workers were looked at last; absent before they were
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Overview(
      String now,
      @Nullable String countsAt,
      @Nullable String workersAt,
      Tracker tracker,
      List<Pipeline> pipelines,
      Liveness workers,
      List<TroubleLine> trouble) {
    /// The same as of no time: where nothing moves only the times differ.
    Overview withoutTimes() {
      return new Overview("", null, null, tracker, pipelines, workers, trouble);
    }
  }

  /// The tracker.
  ///
  /// @param state `ready`, `restoring` or `failed`, on which it depends what else is there
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Tracker(
      String state,
      @Nullable Long behind,
      @Nullable Long restored,
      @Nullable Long total,
      @Nullable Double progress,
      @Nullable String reason,
      long unreadable) {
    static Tracker of(TrackerState state, long unreadable) {
      return switch (state) {
        case TrackerState.Ready ready ->
            new Tracker("ready", ready.behind(), null, null, null, null, unreadable);
        case TrackerState.Restoring at ->
            new Tracker(
                "restoring", null, at.restored(), at.total(), at.progress(), null, unreadable);
        case TrackerState.Failed failed ->
            new Tracker("failed", null, null, null, null, failed.reason(), unreadable);
      };
    }
  }

  /// A pipeline.
  record Pipeline(String name, List<PhaseLine> phases) {}

  /// A phase, with its numbers where they are known.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record PhaseLine(
      String phase,
      @Nullable String pipeline,
      @JsonUnwrapped StatusJson.@Nullable Counts counts,
      String run,
      int permitsSet,
      @JsonUnwrapped Work work) {}

  /// The work of all workers at a phase.
  record Work(
      int workers,
      int running,
      int permits,
      boolean permitsAuto,
      int backingOff,
      String condition) {}

  /// Workers counted.
  record Liveness(long live, long stopped, long gone, long unknown) {
    static Liveness of(List<WorkerView> workers) {
      return new Liveness(
          count(workers, WorkerView.Liveness.LIVE),
          count(workers, WorkerView.Liveness.STOPPED),
          count(workers, WorkerView.Liveness.GONE),
          count(workers, WorkerView.Liveness.UNKNOWN));
    }

    private static long count(List<WorkerView> workers, WorkerView.Liveness kind) {
      return workers.stream().filter(worker -> worker.liveness() == kind).count();
    }
  }

  /// Something that an operator should look at.
  record TroubleLine(String severity, String title, String remedy, String link) {
    static TroubleLine of(Trouble trouble) {
      return new TroubleLine(
          trouble.severity().name().toLowerCase(Locale.ROOT),
          trouble.title(),
          trouble.remedy(),
          trouble.link());
    }
  }

  /// The last half hour.
  ///
  /// @param everyMs the time between samples
  /// @param columns the names of a sample's numbers
  /// @param phases the samples of each phase, the oldest first
  record History(long everyMs, List<String> columns, Map<String, List<List<Number>>> phases) {}
}
