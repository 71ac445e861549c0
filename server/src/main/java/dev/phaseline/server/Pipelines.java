package dev.phaseline.server;

import dev.phaseline.core.Pipeline;
import dev.phaseline.schemas.NearNames;
import dev.phaseline.server.ServerConfig.PhaseSettings;
import dev.phaseline.worker.Placement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Catalogue of the pipelines that a server can run: those on the class path, those of its
/// plug-ins, and those that extend others. Jars are loaded for as long as the process lives.
/// Immutable.
public final class Pipelines {
  /// The line where there are none, with the remedy.
  public static final String NONE_FOUND =
      "no pipelines were found: name a folder of plug-ins (plugins in the server file, with jars"
          + " that have a PipelineProvider)";

  private final SortedMap<String, Pipeline> byName = new TreeMap<>();
  private final List<KnownType> types;
  private final List<RuntimeException> problems;
  private final ClassLoader loader;

  private Pipelines(
      SortedMap<String, List<KnownType>> types,
      List<RuntimeException> problems,
      ClassLoader loader) {
    types.forEach(
        (name, versions) ->
            byName.put(
                name, Pipeline.together(versions.stream().map(KnownType::pipeline).toList())));
    this.types = types.values().stream().flatMap(List::stream).toList();
    this.problems = List.copyOf(problems);
    this.loader = loader;
  }

  /// Finds them: providers are made and asked on the caller's thread, whose context class loader is
  /// that of the plug-in meanwhile.
  ///
  /// @throws PluginException naming the jar or provider that can't be used, and the remedy; those
  ///   of the others are suppressed in it
  /// @throws ServerConfigException naming the plugins' folder that can't be read
  public static Pipelines of(ServerConfig config) {
    var pipelines = survey(config);
    pipelines.requireNoProblems();
    return pipelines;
  }

  /// Finds those that can be used, and a line for each jar, provider and type that can't.
  ///
  /// @throws ServerConfigException naming the plugins' folder that can't be read
  public static Pipelines survey(ServerConfig config) {
    var search = new TypeSearch(config, contextLoader());
    search.lookAtClassPath();
    var loader = config.plugins().map(search::lookAt).orElse(contextLoader());
    var types = search.types();
    var file = new TypeSource(config.types().source(), true);
    for (var extension : config.types().extensions()) types.add(extension, file);
    var resolved = types.resolved();
    return new Pipelines(resolved, types.faults(), loader);
  }

  /// Problems, one line each, as [PluginException] or [ServerConfigException].
  public List<RuntimeException> problems() {
    return problems;
  }

  private void requireNoProblems() {
    if (problems.isEmpty()) return;
    var first = problems.getFirst();
    problems.stream().skip(1).forEach(first::addSuppressed);
    throw first;
  }

  private static ClassLoader contextLoader() {
    return Thread.currentThread().getContextClassLoader();
  }

  /// Makes a class loader that sees the libraries of the plug-ins' folder, besides the server's own
  /// classes, the context class loader of this thread, and so of the threads that it starts from
  /// now on. Belongs before the start of a worker: Kafka's clients look there for the classes that
  /// their settings name (interceptors, metrics reporters).
  public void useClassLoader() {
    Thread.currentThread().setContextClassLoader(loader);
  }

  /// Finds them for the sake of their names: nothing is going to run, so a registry need not be
  /// named.
  ///
  /// @throws PluginException as [#of(ServerConfig)]
  public static Pipelines named(ServerConfig config) {
    return of(withAnyRegistry(config));
  }

  /// As [#named], with a line for each that can't be used.
  public static Pipelines surveyNamed(ServerConfig config) {
    return survey(withAnyRegistry(config));
  }

  private static ServerConfig withAnyRegistry(ServerConfig config) {
    return config.settings().containsKey(ServerConfig.REGISTRY)
        ? config
        : config.withSetting(ServerConfig.REGISTRY, "http://127.0.0.1:8081");
  }

  /// These alone.
  ///
  /// @throws PluginException when two have one name
  public static Pipelines of(Collection<Pipeline> pipelines) {
    var types = new TypeTree();
    for (var pipeline : pipelines) types.add(pipeline, TypeSource.CLASS_PATH);
    var all = new Pipelines(types.resolved(), types.faults(), contextLoader());
    all.requireNoProblems();
    return all;
  }

  /// All of them, by name, each with all of its versions.
  public Collection<Pipeline> all() {
    return List.copyOf(byName.values());
  }

  /// Each version of each of them with its origin, by name, the newest first.
  public Collection<KnownType> types() {
    return types;
  }

  /// The pipeline of that name.
  ///
  /// @throws ServerConfigException with near names
  public Pipeline find(String name) {
    var type = byName.get(name);
    if (type != null) return type;
    throw new ServerConfigException(
        "unknown pipeline '" + name + "'; " + NearNames.remedy(name, byName.keySet()));
  }

  /// The names of the pipelines that the server file selects phases of; of all when it names none.
  ///
  /// @throws ServerConfigException naming a pattern that matches nothing
  public Collection<String> asked(ServerConfig config) {
    var asked = new LinkedHashSet<String>();
    for (var id : selected(config).keySet()) asked.add(id.substring(0, id.indexOf('.')));
    return asked;
  }

  private Map<String, PhaseSettings> selected(ServerConfig config) {
    if (byName.isEmpty() && config.phases().isEmpty()) {
      throw new ServerConfigException(NONE_FOUND);
    }
    var known = new ArrayList<String>();
    for (var pipeline : all()) {
      for (var phase : pipeline.phaseNames()) known.add(pipeline.name() + '.' + phase);
    }
    var selected = PlacementPlan.of(config.phases(), known, byName.keySet()).phases();
    if (selected.isEmpty()) {
      throw new ServerConfigException(
          "phases: the patterns leave no phase to run: take one in, or remove an exclusion");
    }
    return selected;
  }

  /// Placements of the server, within its limits.
  ///
  /// @throws ServerConfigException naming a pattern that matches nothing, with near names, or a
  ///   limit that is too small
  public List<Placement> placements(ServerConfig config) {
    var wanted = new ArrayList<ServerShares.Weighted>();
    selected(config)
        .forEach(
            (id, settings) ->
                wanted.add(
                    new ServerShares.Weighted(
                        placement(id, settings), settings.weight().orElse(1))));
    return ServerShares.divide(wanted, config.sharing());
  }

  private Placement placement(String id, PhaseSettings settings) {
    var dot = id.indexOf('.');
    var pipeline = find(id.substring(0, dot));
    var name = id.substring(dot + 1);
    try {
      var options = pipeline.phase(name).options();
      if (settings.concurrency().isPresent()) options = settings.concurrency().get().in(options);
      if (settings.timeout().isPresent()) options = options.withTimeout(settings.timeout().get());
      var placement = new Placement(pipeline, name, options, settings.lanes().orElse(1));
      return settings.standby().orElse(false) ? placement.onStandby() : placement;
    } catch (IllegalArgumentException outOfRange) {
      throw new ServerConfigException("phases." + id + ": " + outOfRange.getMessage());
    }
  }
}
