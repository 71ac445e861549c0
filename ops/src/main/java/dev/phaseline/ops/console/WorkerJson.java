package dev.phaseline.ops.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.schemas.control.Heartbeat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Workers as the API answers them. What `phaseline workers --json` prints alike is public.
public final class WorkerJson {
  private WorkerJson() {}

  /// All workers.
  ///
  /// @param unreadable heartbeats that can't be read
  record Workers(List<Worker> workers, List<String> unreadable) {}

  /// A worker.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Worker(
      String server,
      String liveness,
      long heardMsAgo,
      String version,
      String host,
      long pid,
      String started,
      String trouble,
      @Nullable LastError lastError,
      List<Phase> phases) {
    static Worker of(WorkerView view) {
      var beat = view.heartbeat();
      return new Worker(
          beat.server(),
          view.liveness().name().toLowerCase(Locale.ROOT),
          view.age().toMillis(),
          beat.version(),
          beat.host(),
          beat.pid(),
          beat.started().toString(),
          beat.trouble(),
          LastError.of(beat.lastError()),
          beat.phases().stream().map(Phase::of).toList());
    }
  }

  /// The newest error.
  public record LastError(String what, String at) {
    /// The error as it is answered; null when there was none.
    public static @Nullable LastError of(Heartbeat.@Nullable LastError error) {
      return error == null ? null : new LastError(error.what(), error.at().toString());
    }
  }

  /// A phase at a worker.
  record Phase(
      String pipeline,
      String phase,
      String run,
      @JsonUnwrapped Load load,
      @JsonUnwrapped Totals totals,
      String condition,
      long oldestMs,
      List<InFlight> inFlight) {
    static Phase of(Heartbeat.PhaseBeat beat) {
      return new Phase(
          beat.pipeline(),
          beat.phase(),
          beat.run().text(),
          Load.of(beat),
          Totals.of(beat),
          beat.condition(),
          beat.oldestMs(),
          InFlight.all(beat));
    }
  }

  /// Lanes, permits and items of a phase at a worker, at this moment.
  public record Load(
      int lanes,
      int permits,
      boolean permitsAuto,
      int partitions,
      int running,
      int held,
      int backingOff,
      int hung) {
    /// The load as it is answered.
    public static Load of(Heartbeat.PhaseBeat beat) {
      return new Load(
          beat.lanes(),
          beat.permits(),
          beat.permitsAuto(),
          beat.partitions(),
          beat.running(),
          beat.held(),
          beat.backingOff(),
          beat.hung());
    }
  }

  /// Items of a phase that are still to come, and those since the worker's start.
  public record Totals(long lag, long completed, long dead, long retries, long cancelled) {
    /// The totals as they are answered.
    public static Totals of(Heartbeat.PhaseBeat beat) {
      return new Totals(
          beat.lag(), beat.completed(), beat.dead(), beat.retries(), beat.cancelled());
    }
  }

  /// An item that is worked on.
  public record InFlight(String job, String path, int attempt, long ageMs) {
    /// The items as they are answered.
    public static List<InFlight> all(Heartbeat.PhaseBeat beat) {
      return beat.inFlight().stream()
          .map(one -> new InFlight(one.job(), one.path(), one.attempt(), one.ageMs()))
          .toList();
    }
  }
}
