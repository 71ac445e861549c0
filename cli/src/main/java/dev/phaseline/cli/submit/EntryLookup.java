package dev.phaseline.cli.submit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.phaseline.cli.config.ClusterOptions;
import dev.phaseline.cli.config.ClusterPipelines;
import dev.phaseline.cli.status.ApiClient;
import dev.phaseline.cli.status.ConsoleOptions;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.core.Codec;
import dev.phaseline.core.Pipeline;
import dev.phaseline.ops.console.EntryForm;
import dev.phaseline.schemas.ItemVersion;
import dev.phaseline.schemas.NearNames;
import dev.phaseline.server.Pipelines;
import dev.phaseline.server.ServerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Lookup of the phase in which a pipeline's jobs begin, and of the form of its payloads. A command
/// knows them from its own plug-ins, or else from the console that is named or of the dev that runs
/// here, or else the cluster's topics name the phase and nothing is known of the form. Stateless.
public final class EntryLookup {
  private EntryLookup() {}

  /// An entry to be found.
  ///
  /// @param pipeline its name
  /// @param phase where the jobs begin; null: in the pipeline's first
  /// @param version of the pipeline; null: the newest
  public record Wanted(String pipeline, @Nullable String phase, @Nullable Integer version) {}

  /// An entry that was found.
  ///
  /// @param form of the payloads
  /// @param codec the phase's own; null when the pipeline is not at hand
  /// @param version the version of the pipeline that the jobs are for; 0 when none is known
  public record Found(EntryForm form, @Nullable Codec<?> codec, int version) {}

  /// Finds it.
  ///
  /// @throws CommandFailure with near names when there is no such pipeline, phase or version
  public static Found find(
      ServerConfig config, ClusterOptions cluster, ConsoleOptions console, Wanted wanted) {
    var pipeline = wanted.pipeline();
    var phase = wanted.phase();
    for (var own : Pipelines.named(config).all()) {
      if (own.name().equals(pipeline)) return of(version(own, wanted.version()), phase);
    }
    var version = wanted.version() == null ? ItemVersion.UNNAMED : wanted.version();
    var asked = asked(config, cluster, console);
    var answer = asked.map(client -> client.get("entries").path("entries"));
    if (answer.isPresent()) {
      for (var one : answer.get()) {
        if (!one.path("pipeline").asText().equals(pipeline)) continue;
        var form = form(one);
        if (phase == null || phase.equals(form.phase())) return new Found(form, null, version);
      }
    }
    var phases = ClusterPipelines.of(config).phases(pipeline);
    return new Found(undeclared(pipeline, entry(pipeline, phases, phase)), null, version);
  }

  /// The entry of a pipeline that is at hand.
  ///
  /// @throws CommandFailure with near names when there is no such phase
  public static Found of(Pipeline pipeline, @Nullable String name) {
    var found = name == null ? Optional.of(pipeline.first()) : pipeline.find(name);
    if (found.isEmpty()) throw unknown(pipeline.name(), name, pipeline.phaseNames());
    return new Found(
        PipelineEntries.form(pipeline, found.get()), found.get().input(), pipeline.version());
  }

  private static Pipeline version(Pipeline pipeline, @Nullable Integer wanted) {
    if (wanted == null) return pipeline;
    for (var one : pipeline.versions()) if (one.version() == wanted) return one;
    var there = pipeline.versions().stream().map(one -> "" + one.version()).toList();
    throw CommandFailure.usage(
        "pipeline '"
            + pipeline.name()
            + "' has no version "
            + wanted
            + " here, but "
            + String.join(", ", there)
            + ": name one of them, or the plug-in that has it with -c FILE");
  }

  /// Another cluster's console may know another pipeline of that name, so none is guessed.
  private static Optional<ApiClient> asked(
      ServerConfig config, ClusterOptions cluster, ConsoleOptions console) {
    var named = console.named();
    var url = named.isEmpty() ? cluster.consoleOfDev(config) : Optional.of(named);
    return url.map(console::client);
  }

  private static EntryForm form(JsonNode one) {
    var members = new ArrayList<EntryForm.Member>();
    for (var member : one.path("members")) {
      members.add(
          new EntryForm.Member(
              member.path("name").asText(),
              member.path("type").asText(),
              member.path("required").asBoolean()));
    }
    return new EntryForm(
        one.path("pipeline").asText(),
        one.path("phase").asText(),
        one.path("form").asText(),
        members,
        one.has("schema") ? one.path("schema").asText() : null);
  }

  private static EntryForm undeclared(String pipeline, String phase) {
    return new EntryForm(pipeline, phase, "undeclared", List.of(), null);
  }

  private static String entry(String pipeline, List<String> phases, @Nullable String wanted) {
    if (wanted != null) {
      if (!phases.contains(wanted)) throw unknown(pipeline, wanted, phases);
      return wanted;
    }
    if (phases.size() == 1) return phases.getFirst();
    throw CommandFailure.usage(
        "which phase of pipeline '"
            + pipeline
            + "' comes first is not known here: name it with --phase (it has "
            + String.join(", ", phases)
            + "), the plug-ins with -c FILE, or the console with --url");
  }

  private static CommandFailure unknown(
      String pipeline, @Nullable String phase, List<String> known) {
    var name = String.valueOf(phase);
    return CommandFailure.usage(
        "pipeline '"
            + pipeline
            + "' has no phase '"
            + name
            + "'; "
            + NearNames.remedy(name, known));
  }
}
