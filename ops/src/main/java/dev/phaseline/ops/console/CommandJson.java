package dev.phaseline.ops.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.phaseline.ops.control.Change;
import dev.phaseline.schemas.control.AuditEntry;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.UnreadableSetting;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Settings of workers, and who gave them, as the API answers them. What `phaseline control --json`
/// prints alike is public.
public final class CommandJson {
  private CommandJson() {}

  /// All settings that are not at their default.
  record Settings(List<Setting> settings, List<Unreadable> unreadable) {}

  /// A setting that can't be read.
  public record Unreadable(String key, long offset, String why) {
    /// The setting as it is answered.
    public static Unreadable of(UnreadableSetting one) {
      return new Unreadable(one.label(), one.offset(), one.why());
    }
  }

  /// The thing that a setting is about; of its four names those are there that it has.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Scope(
      String scope,
      @Nullable String pipeline,
      @Nullable String phase,
      @Nullable String server,
      @Nullable String job) {
    static Scope of(ControlScope scope) {
      var label = scope.label();
      return switch (scope) {
        case ControlScope.OfPipeline(var pipeline) -> new Scope(label, pipeline, null, null, null);
        case ControlScope.OfPhase(var pipeline, var phase) ->
            new Scope(label, pipeline, phase, null, null);
        case ControlScope.OfServer(var server) -> new Scope(label, null, null, server, null);
        case ControlScope.OfPhaseAt(var server, var of) ->
            new Scope(label, of.pipeline(), of.phase(), server, null);
        case ControlScope.OfJob(var pipeline, var job) ->
            new Scope(label, pipeline, null, null, job);
      };
    }
  }

  /// A setting.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Setting(
      @JsonUnwrapped Scope scope,
      String run,
      int permits,
      @Nullable String cancelledUntil,
      String by,
      String at,
      String reason) {
    static Setting of(ControlScope scope, ControlSetting setting) {
      return new Setting(
          Scope.of(scope),
          setting.run().text(),
          setting.permits(),
          setting.cancelled().map(Instant::toString).orElse(null),
          setting.author().by(),
          setting.at().toString(),
          setting.author().reason());
    }
  }

  /// Result of a command.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Changed(
      @JsonUnwrapped Setting setting, boolean changed, String operation, @Nullable String warning) {
    static Changed of(Change change) {
      return new Changed(
          Setting.of(change.scope(), change.after()),
          change.changed(),
          change.operation(),
          change.warning().orElse(null));
    }
  }

  /// A page of the audit.
  ///
  /// @param next where it goes on; absent at its end
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Audit(List<Given> commands, List<String> unreadable, @Nullable String next) {}

  /// A command that was given.
  ///
  /// @param permits of a command about concurrency; absent for others, as the number before it
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Given(
      String at,
      @JsonUnwrapped Giver giver,
      String verb,
      String scope,
      boolean changed,
      String operation,
      @Nullable Integer permits,
      @Nullable Integer permitsBefore) {
    static Given of(AuditEntry entry) {
      var isNumber = entry.verb() == AuditEntry.Verb.CONCURRENCY;
      return new Given(
          entry.at().toString(),
          Giver.of(entry.author()),
          entry.verb().text(),
          entry.scope().label(),
          entry.changed(),
          entry.operation(),
          isNumber ? entry.after().permits() : null,
          isNumber ? entry.before().permits() : null);
    }
  }

  /// The author of a command, with the place it was given at and the reason.
  public record Giver(String by, String from, String reason) {
    /// The author as it is answered.
    public static Giver of(Author author) {
      return new Giver(author.by(), author.from(), author.reason());
    }
  }
}
