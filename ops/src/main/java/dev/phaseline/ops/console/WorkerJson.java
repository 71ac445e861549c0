package dev.phaseline.ops.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.schemas.control.Heartbeat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Workers as the API answers them.
final class WorkerJson {
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
  record LastError(String what, String at) {
    static @Nullable LastError of(Heartbeat.@Nullable LastError error) {
      return error == null ? null : new LastError(error.what(), error.at().toString());
    }
  }

  /// A phase at a worker.
  record Phase(
      String pipeline,
      String phase,
      String run,
      int lanes,
      int permits,
      boolean permitsAuto,
      int partitions,
      int running,
      int held,
      int backingOff,
      int hung,
      long lag,
      long completed,
      long dead,
      long retries,
      long cancelled,
      String condition,
      long oldestMs,
      List<InFlight> inFlight) {
    static Phase of(Heartbeat.PhaseBeat beat) {
      return new Phase(
          beat.pipeline(),
          beat.phase(),
          beat.run().text(),
          beat.lanes(),
          beat.permits(),
          beat.permitsAuto(),
          beat.partitions(),
          beat.running(),
          beat.held(),
          beat.backingOff(),
          beat.hung(),
          beat.lag(),
          beat.completed(),
          beat.dead(),
          beat.retries(),
          beat.cancelled(),
          beat.condition(),
          beat.oldestMs(),
          beat.inFlight().stream().map(InFlight::of).toList());
    }
  }

  /// An item that is worked on.
  record InFlight(String job, String path, int attempt, long ageMs) {
    static InFlight of(Heartbeat.InFlight one) {
      return new InFlight(one.job(), one.path(), one.attempt(), one.ageMs());
    }
  }
}
