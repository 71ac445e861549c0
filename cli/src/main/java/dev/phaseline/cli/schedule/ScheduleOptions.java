package dev.phaseline.cli.schedule;

import dev.phaseline.cli.config.Brokers;
import dev.phaseline.cli.config.ClusterOptions;
import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.Logs;
import dev.phaseline.cli.config.Operator;
import dev.phaseline.cli.status.ConsoleOptions;
import dev.phaseline.cli.submit.EntryLookup;
import dev.phaseline.cli.submit.PipelineEntries;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.ops.console.AuditTrail;
import dev.phaseline.ops.console.ConsoleNotes;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.ops.schedule.DefinitionReader;
import dev.phaseline.ops.schedule.ScheduleAnswers;
import dev.phaseline.ops.schedule.ScheduleChange;
import dev.phaseline.ops.schedule.ScheduleClient;
import dev.phaseline.ops.schedule.UnknownScheduleException;
import dev.phaseline.schemas.NearNames;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.schedule.InvalidScheduleException;
import dev.phaseline.server.ServerConfig;
import dev.phaseline.topics.ClusterException;
import java.time.Instant;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/// Options and failures common to all commands for schedules.
final class ScheduleOptions {
  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private ConsoleOptions console = new ConsoleOptions();
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  boolean json() {
    return json;
  }

  /// Access to the schedules of a cluster.
  ///
  /// @param config of the cluster
  /// @param client reads and changes schedules
  /// @param definitions completes what is put
  record Site(ServerConfig config, ScheduleClient client, DefinitionReader definitions) {
    /// Keeps a note of a change before it is made.
    ///
    /// @throws ClusterException when it can't be kept; then the change must not be made
    Author audited(String verb, String id, String reason) {
      var who = Operator.author(reason);
      try (var notes = ConsoleNotes.open(config.kafka(), config.names())) {
        notes.keep(
            new AuditTrail.Note(
                Instant.now(), who.by(), who.from(), verb, "schedule " + id, reason));
      }
      return who;
    }
  }

  /// Runs the work; a failure of the cluster becomes one clear line of the command.
  ///
  /// @throws CommandFailure for everything that can be wrong outside
  <T> T with(CommandSpec spec, Function<Site, T> work) {
    Logs.toConsole(common.verbose(), _ -> {}); // what is wrong is said once, by us
    var config = cluster.config(spec);
    config.bootstrapServers();
    Brokers.check(config);
    try (var entries = PipelineEntries.of(config);
        var client = ScheduleClient.open(config.kafka(), config.names())) {
      var definitions =
          new ScheduleDefinitions(
              entries,
              (pipeline, phase) ->
                  EntryLookup.find(
                      config, cluster, console, new EntryLookup.Wanted(pipeline, phase, null)));
      return work.apply(new Site(config, client, definitions));
    } catch (UnknownScheduleException unknown) {
      throw CommandFailure.usage(
          unknown.getMessage() + "; " + NearNames.remedy(unknown.id(), unknown.known()));
    } catch (InvalidScheduleException wrong) {
      throw CommandFailure.usage(wrong.getMessage() + "; nothing was changed");
    } catch (ClusterException failed) {
      throw CommandFailure.of(String.valueOf(failed.getMessage()), failed);
    } catch (KafkaException unusable) {
      throw Brokers.unusable(unusable);
    }
  }

  /// Prints the result of a command.
  ///
  /// @param done in words, such as "is paused"
  int print(CommandSpec spec, ScheduleChange change, String done) {
    var out = spec.commandLine().getOut();
    if (json) {
      out.println(LetterJson.line(ScheduleAnswers.Changed.of(change)));
    } else {
      var before = change.changed() ? "" : " already";
      out.println(Printable.line("schedule " + change.id() + " " + done + before));
    }
    return ExitStatus.OK;
  }
}
