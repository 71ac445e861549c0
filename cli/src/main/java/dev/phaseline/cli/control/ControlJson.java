package dev.phaseline.cli.control;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.phaseline.ops.console.CommandJson;
import dev.phaseline.ops.console.WorkerJson;
import dev.phaseline.ops.control.AuditLine;
import dev.phaseline.ops.control.AuditPage;
import dev.phaseline.ops.control.Change;
import dev.phaseline.ops.control.RefusedTimer;
import dev.phaseline.ops.control.TimersView;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.Heartbeat.PhaseBeat;
import dev.phaseline.schemas.control.UnreadableSetting;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Settings, the audit, workers and timers as JSON for scripts. The names of the records'
/// components are part of the commands' interface, and a component that is null is absent; what the
/// console's API answers alike is its record. Times are ISO 8601 in UTC.
final class ControlJson {
  private ControlJson() {}

  /// All settings and the newest commands.
  ///
  /// @param settings by the key of their scope, in its order
  /// @param auditUnreadable entries of the audit that can't be read
  /// @param next the place where the audit goes on; absent at its end
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Settings(
      Map<String, Setting> settings,
      List<CommandJson.Unreadable> unreadable,
      List<Command> audit,
      List<String> auditUnreadable,
      @Nullable Long next) {
    static Settings of(
        Map<ControlScope, ControlSetting> settings,
        List<UnreadableSetting> unreadable,
        AuditPage audit) {
      var sorted = new TreeMap<String, Setting>();
      settings.forEach((scope, setting) -> sorted.put(scope.key(), Setting.of(setting)));
      var next = audit.next();
      return new Settings(
          sorted,
          unreadable.stream().map(CommandJson.Unreadable::of).toList(),
          audit.lines().stream().map(Command::of).toList(),
          audit.unreadable(),
          next.isPresent() ? next.getAsLong() : null);
    }
  }

  /// A setting.
  ///
  /// @param concurrency absent when none is set
  /// @param given absent for a scope that was never set
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Setting(
      String run,
      @Nullable Integer concurrency,
      @Nullable String cancelledUntil,
      long revision,
      @JsonUnwrapped @Nullable Given given) {
    static Setting of(ControlSetting setting) {
      var concurrency = setting.concurrency();
      return new Setting(
          setting.run().text(),
          concurrency.isPresent() ? concurrency.getAsInt() : null,
          setting.cancelled().map(Instant::toString).orElse(null),
          setting.revision(),
          setting.revision() == 0 ? null : Given.of(setting));
    }
  }

  /// The author and the time of a setting.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Given(String by, String from, @Nullable String reason, String at) {
    static Given of(ControlSetting setting) {
      var author = setting.author();
      return new Given(
          author.by(), author.from(), orAbsent(author.reason()), setting.at().toString());
    }
  }

  /// A command that was given.
  ///
  /// @param place in the audit's topic
  record Command(
      long place,
      String at,
      String verb,
      String scope,
      boolean changed,
      @JsonUnwrapped CommandJson.Giver giver,
      String operation,
      @JsonUnwrapped Effect effect) {
    static Command of(AuditLine line) {
      var entry = line.entry();
      return new Command(
          line.place(),
          entry.at().toString(),
          entry.verb().text(),
          entry.scope().key(),
          entry.changed(),
          CommandJson.Giver.of(entry.author()),
          entry.operation(),
          new Effect(Setting.of(entry.before()), Setting.of(entry.after())));
    }
  }

  /// The setting before and after a command.
  record Effect(Setting before, Setting after) {}

  /// Result of a command.
  ///
  /// @param operation this command's, whichever command made the setting
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Changed(
      String scope,
      boolean changed,
      @JsonUnwrapped Setting setting,
      String operation,
      @Nullable String warning) {
    static Changed of(Change change) {
      return new Changed(
          change.scope().key(),
          change.changed(),
          Setting.of(change.after()),
          change.operation(),
          change.warning().orElse(null));
    }
  }

  /// Settings that could not be read and were replaced.
  record Repaired(List<CommandJson.Unreadable> repaired) {
    static Repaired of(List<UnreadableSetting> repaired) {
      return new Repaired(repaired.stream().map(CommandJson.Unreadable::of).toList());
    }
  }

  /// All workers.
  ///
  /// @param unreadable heartbeats that can't be read
  record Workers(List<Worker> workers, List<String> unreadable) {
    static Workers of(List<WorkerView> workers, List<String> unreadable) {
      return new Workers(workers.stream().map(Worker::of).toList(), unreadable);
    }
  }

  /// A worker.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Worker(
      String server,
      String state,
      long ageMs,
      @JsonUnwrapped Program program,
      @Nullable String trouble,
      WorkerJson.@Nullable LastError lastError,
      List<Phase> phases) {
    static Worker of(WorkerView worker) {
      var beat = worker.heartbeat();
      return new Worker(
          beat.server(),
          worker.liveness().name().toLowerCase(Locale.ROOT),
          worker.age().toMillis(),
          new Program(beat.version(), beat.host(), beat.pid(), beat.started().toString()),
          orAbsent(beat.trouble()),
          WorkerJson.LastError.of(beat.lastError()),
          beat.phases().stream().map(Phase::of).toList());
    }
  }

  /// A worker's process.
  record Program(String version, String host, long pid, String started) {}

  /// A phase at a worker.
  ///
  /// @param phase with its pipeline, such as `cities.store`
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Phase(
      String phase,
      String run,
      @JsonUnwrapped WorkerJson.Load load,
      @JsonUnwrapped WorkerJson.Totals totals,
      @Nullable String condition,
      List<WorkerJson.InFlight> inFlight) {
    static Phase of(PhaseBeat beat) {
      return new Phase(
          beat.pipeline() + '.' + beat.phase(),
          beat.run().text(),
          WorkerJson.Load.of(beat),
          WorkerJson.Totals.of(beat),
          orAbsent(beat.condition()),
          WorkerJson.InFlight.all(beat));
    }
  }

  /// Timers that were refused, and whether others are fired.
  ///
  /// @param scheduler whether one runs
  /// @param unread records of timers that no scheduler has read
  record Timers(boolean scheduler, long unread, List<Timer> refused) {
    static Timers of(TimersView.State state, List<RefusedTimer> refused) {
      return new Timers(state.isServed(), state.unread(), refused.stream().map(Timer::of).toList());
    }
  }

  /// A timer that was refused.
  record Timer(
      String at, String place, String id, String job, String target, String kind, String reason) {
    static Timer of(RefusedTimer timer) {
      return new Timer(
          timer.at().toString(),
          timer.place().toString(),
          timer.id(),
          timer.job(),
          timer.target(),
          timer.kind(),
          timer.reason());
    }
  }

  private static @Nullable String orAbsent(String text) {
    return text.isEmpty() ? null : text;
  }
}
