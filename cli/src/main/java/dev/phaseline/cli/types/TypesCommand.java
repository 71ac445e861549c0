package dev.phaseline.cli.types;

import dev.phaseline.cli.config.Brokers;
import dev.phaseline.cli.config.ClusterOptions;
import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.Logs;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.FailureLine;
import dev.phaseline.cli.text.Widths;
import dev.phaseline.server.Pipelines;
import dev.phaseline.topics.ClusterException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "types",
    header = "Lists the pipelines that a server knows, with phases, options and origin.",
    description = {
      "",
      "Loads the plug-ins as a worker does, and needs no broker (but for --in-flight). Each jar that can't be used gets"
          + " one line with the remedy; the others are listed.",
      "",
      "In the folder of plug-ins, a jar with a PipelineProvider is a plug-in, a folder of jars is"
          + " a plug-in with its libraries, and a jar without a provider is a library of all. Each"
          + " plug-in sees Phaseline's API, its own jars and those libraries."
    },
    exitCodeList = {
      "0:everything that was found can be used",
      "1:a jar or a provider can't be used, or no broker answers",
      "2:an option or the server file is wrong"
    },
    footer = {
      "  phaseline types --config server.yaml",
      "  phaseline types --config server.yaml --in-flight",
      "  phaseline types --plugins target --json | jq -r '.types[].name'"
    })
public final class TypesCommand implements Callable<Integer> {
  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      description = "The folder of plug-ins, in place of the server file's.")
  private @Nullable Path plugins;

  @Option(
      names = "--in-flight",
      description =
          "Count the items that have not ended, by version, from the cluster's topics: when an old"
              + " plug-in can go.")
  private boolean inFlight;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    Logs.toConsole(common.verbose(), _ -> {});
    if (inFlight) return countInFlight();
    var config = cluster.local();
    var found = Pipelines.surveyNamed(plugins == null ? config : config.withPlugins(plugins));
    var out = spec.commandLine().getOut();
    if (json) {
      var answer = new LinkedHashMap<String, Object>();
      answer.put("types", found.types().stream().map(TypeJson::of).toList());
      answer.put("problems", found.problems().stream().map(FailureLine::of).toList());
      out.println(TypeJson.line(answer));
    } else {
      if (found.types().isEmpty() && found.problems().isEmpty()) out.println(Pipelines.NONE_FOUND);
      for (var type : found.types()) TypeTable.of(type, Widths.of(out)).forEach(out::println);
      for (var one : found.problems()) {
        spec.commandLine().getErr().println("phaseline: " + FailureLine.of(one));
      }
    }
    return found.problems().isEmpty() ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private int countInFlight() {
    var config = cluster.config(spec);
    config.bootstrapServers();
    var found = Pipelines.surveyNamed(plugins == null ? config : config.withPlugins(plugins));
    List<InFlightCounts.Row> rows;
    try {
      rows = InFlightTable.with(InFlightCounts.of(config), found.types());
    } catch (ClusterException failed) {
      throw CommandFailure.of(String.valueOf(failed.getMessage()), failed);
    } catch (KafkaException unusable) {
      throw Brokers.unusable(unusable);
    }
    var out = spec.commandLine().getOut();
    if (json) out.println(TypeJson.line(InFlightTable.json(rows, found.types())));
    else InFlightTable.of(rows, found.types(), Widths.of(out)).forEach(out::println);
    for (var one : found.problems()) {
      spec.commandLine().getErr().println("phaseline: " + FailureLine.of(one));
    }
    return found.problems().isEmpty() ? ExitStatus.OK : ExitStatus.FAILED;
  }
}
