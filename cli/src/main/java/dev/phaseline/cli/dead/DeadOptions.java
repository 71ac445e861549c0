package dev.phaseline.cli.dead;

import dev.phaseline.cli.config.ClusterOptions;
import dev.phaseline.cli.config.ClusterPipelines;
import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.Examples;
import dev.phaseline.cli.config.Logs;
import dev.phaseline.cli.demo.DemoSite;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.examples.cities.CitiesPipeline;
import dev.phaseline.ops.dead.LetterBox;
import dev.phaseline.ops.dead.Payloads;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.registry.HttpSchemaRegistry;
import dev.phaseline.server.ServerConfig;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Options common to all commands about dead letters: the cluster and the form of the output.
final class DeadOptions {
  private static final String QUEUE = "queue.";

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--demo",
      description = {
        "The letters of `phaseline demo`: of the one that runs (--keep), or else its broker is"
            + " started for this command."
      })
  private boolean demo;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Parameters(
      index = "0",
      paramLabel = "PIPELINE",
      description = "Whose letters; queue.NAME for those of the queue NAME.")
  private String pipeline = "";

  boolean json() {
    return json;
  }

  /// Gets to the letters.
  ///
  /// @throws CommandFailure naming what can't be used or reached
  DeadSite open(CommandSpec spec) {
    var err = spec.commandLine().getErr();
    if (demo) return demo(spec);
    Logs.toConsole(common.verbose(), _ -> {}); // what is wrong is said once, by us
    var config = cluster.config(spec);
    config.bootstrapServers();
    var box = box(config);
    if (!config.settings().containsKey(ServerConfig.REGISTRY)) {
      return new DeadSite(box, Payloads.plain(), List.of(), err);
    }
    var registry = HttpSchemaRegistry.of(config.settings());
    return new DeadSite(box, Payloads.with(registry), List.of(registry::close), err);
  }

  /// The letters of a pipeline, or of a queue: its topics are named as those of a pipeline.
  private LetterBox box(ServerConfig config) {
    if (!pipeline.startsWith(QUEUE)) {
      var phases = ClusterPipelines.of(config).phases(pipeline);
      return new LetterBox(config.kafka(), config.names(), pipeline, phases);
    }
    var queue = pipeline.substring(QUEUE.length());
    if (!TopicNames.isName(queue)) {
      throw CommandFailure.usage(
          "'" + Printable.line(queue) + "' is no name of a queue: " + TopicNames.NAME_RULE);
    }
    return LetterBox.of(config.kafka(), config.names(), pipeline, List.of());
  }

  private DeadSite demo(CommandSpec spec) {
    Examples.required(DeadOptions.class.getClassLoader());
    var err = spec.commandLine().getErr();
    if (!pipeline.equals(CitiesPipeline.NAME)) {
      throw CommandFailure.usage(
          "the demo's pipeline is '" + CitiesPipeline.NAME + "', not '" + pipeline + "'");
    }
    var site = DemoSite.open(cluster.dataFolder(), common.verbose(), err::println);
    var registry =
        HttpSchemaRegistry.of(Map.of(ServerConfig.REGISTRY, site.registryUrl().toString()));
    var phases = List.of(CitiesPipeline.FETCH, CitiesPipeline.NORMALIZE, CitiesPipeline.STORE);
    return new DeadSite(
        new LetterBox(site.clients(), TopicNames.DEFAULT, pipeline, phases),
        Payloads.with(registry),
        List.of(registry::close, site::close),
        err);
  }
}
