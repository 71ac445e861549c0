package dev.phaseline.cli.control;

import dev.phaseline.cli.config.Brokers;
import dev.phaseline.cli.config.ClusterOptions;
import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.Logs;
import dev.phaseline.cli.config.Operator;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.ops.control.Change;
import dev.phaseline.ops.control.Control;
import dev.phaseline.ops.control.UnknownTargetException;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.schemas.NearNames;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.server.ServerConfig;
import dev.phaseline.topics.ClusterException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/// Options and failures common to all control commands: the cluster, the form of the output, the
/// exit status.
final class ControlOptions {
  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  boolean json() {
    return json;
  }

  /// Configuration of the cluster that the workers are in.
  ///
  /// @throws CommandFailure when it is not given, or no broker answers there
  ServerConfig site(CommandSpec spec) {
    Logs.toConsole(common.verbose(), _ -> {}); // what is wrong is said once, by us
    var config = cluster.config(spec);
    config.bootstrapServers();
    Brokers.check(config);
    return config;
  }

  /// Runs the work; a failure of the cluster becomes one clear line of the command.
  <T> T with(ServerConfig config, Function<Control, T> work) {
    return saying(
        () -> {
          try (var control = Control.open(config.kafka(), config.names())) {
            return work.apply(control);
          }
        });
  }

  /// Runs the work; a failure of the cluster becomes one clear line of the command.
  ///
  /// @throws CommandFailure for everything that can be wrong outside
  static <T> T saying(Supplier<T> work) {
    try {
      return work.get();
    } catch (UnknownTargetException unknown) {
      throw CommandFailure.usage(
          unknown.getMessage() + "; " + NearNames.remedy(unknown.name(), unknown.known()));
    } catch (IllegalArgumentException refused) {
      throw CommandFailure.usage(String.valueOf(refused.getMessage()));
    } catch (ClusterException failed) {
      throw CommandFailure.of(String.valueOf(failed.getMessage()), failed);
    } catch (KafkaException unusable) {
      throw Brokers.unusable(unusable);
    }
  }

  /// Author of the command.
  static Author author(String reason) {
    return Operator.author(reason);
  }

  /// Scope of the pipeline, phase or server that was typed.
  ///
  /// @throws CommandFailure when it is none of them, or a whole pipeline of one server
  static ControlScope scope(@Nullable String target, @Nullable String server) {
    if (target != null && server != null) return phaseAt(target, server);
    if (target == null && server == null) {
      throw CommandFailure.usage(
          "the target is missing: a pipeline like cities, a phase like cities.store, or"
              + " --server NAME");
    }
    return saying(
        () -> {
          if (server != null) return new ControlScope.OfServer(server);
          var text = String.valueOf(target);
          if (text.indexOf('/') >= 0) throw namesNoPhase(text);
          return text.indexOf('.') < 0 ? new ControlScope.OfPipeline(text) : phase(text);
        });
  }

  /// The phase of one server that was typed.
  static ControlScope.OfPhaseAt phaseAt(String phase, String server) {
    return saying(() -> new ControlScope.OfPhaseAt(server, phase(phase)));
  }

  /// The phase that was typed.
  static ControlScope.OfPhase phase(String text) {
    var dot = text.indexOf('.');
    if (dot < 1 || dot == text.length() - 1) {
      throw namesNoPhase(text);
    }
    return saying(() -> new ControlScope.OfPhase(text.substring(0, dot), text.substring(dot + 1)));
  }

  private static CommandFailure namesNoPhase(String text) {
    return CommandFailure.usage(
        "'" + text + "' names no phase: use PIPELINE.PHASE, like cities.store");
  }

  /// Prints what a command did.
  ///
  /// @param done in words, such as "is paused"
  void print(CommandSpec spec, Change change, String done) {
    var out = spec.commandLine().getOut();
    if (json) {
      out.println(LetterJson.line(ControlJson.Changed.of(change)));
      return;
    }
    var before = change.changed() ? "" : " already";
    out.println(Printable.line(change.scope().label() + " " + done + before));
    change
        .warning()
        .ifPresent(
            warning ->
                spec.commandLine()
                    .getErr()
                    .println(Printable.line("phaseline: warning: " + warning)));
  }
}
