package dev.phaseline.server;

import dev.phaseline.core.Pipeline;
import dev.phaseline.core.PipelineProvider;
import dev.phaseline.core.engine.Thrown;
import dev.phaseline.schemas.NearNames;
import dev.phaseline.worker.Placement;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;

/// The pipelines that a server can run: those on the class path and those of its plug-ins, whose
/// jars are loaded for as long as the process lives. Immutable.
public final class Pipelines {
  private static final String NONE_FOUND =
      "no pipelines were found: name a folder of plug-ins (plugins in the server file, with jars"
          + " that have a PipelineProvider)";

  private final TreeMap<String, Pipeline> byName = new TreeMap<>();

  private final ClassLoader loader;

  private Pipelines(ClassLoader loader) {
    this.loader = loader;
  }

  /// Finds them: providers are made and asked on the caller's thread, whose context class loader is
  /// that of the plug-ins meanwhile.
  ///
  /// @throws PluginException naming the provider that can't be used
  /// @throws ServerConfigException naming the plugins' folder that can't be read
  public static Pipelines of(ServerConfig config) {
    var before = contextLoader();
    var pipelines = new Pipelines(config.plugins().map(Pipelines::jars).orElse(before));
    pipelines.useClassLoader();
    try {
      for (var provider : providers(pipelines.loader)) {
        for (var pipeline : offered(provider, config)) pipelines.add(pipeline);
      }
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
    return pipelines;
  }

  private static ClassLoader contextLoader() {
    return Thread.currentThread().getContextClassLoader();
  }

  /// Makes the class loader of the plug-ins the context class loader of this thread, and so of the
  /// threads that it starts from now on. Belongs before the start of a worker: drivers of databases
  /// and other services are looked for there, and would not be found in a plug-in's folder.
  public void useClassLoader() {
    Thread.currentThread().setContextClassLoader(loader);
  }

  /// The providers that there are. A class that is missing in a jar is the usual fault, and comes
  /// as an error of whatever kind.
  private static List<PipelineProvider> providers(ClassLoader loader) {
    try {
      return ServiceLoader.load(PipelineProvider.class, loader).stream()
          .map(ServiceLoader.Provider::get)
          .toList();
    } catch (ServiceConfigurationError broken) {
      throw new PluginException("a plugin can't be loaded: " + broken.getMessage(), broken);
    } catch (Throwable broken) { // a jar may be incomplete in any way
      throw new PluginException("a plugin can't be loaded: " + Thrown.of(broken).inWords(), broken);
    }
  }

  /// Finds them for the sake of their names: nothing is going to run, so a registry need not be
  /// named.
  public static Pipelines named(ServerConfig config) {
    return of(
        config.settings().containsKey(ServerConfig.REGISTRY)
            ? config
            : config.withSetting(ServerConfig.REGISTRY, "http://127.0.0.1:8081"));
  }

  /// These alone.
  public static Pipelines of(Collection<Pipeline> pipelines) {
    var all = new Pipelines(contextLoader());
    pipelines.forEach(all::add);
    return all;
  }

  private static List<Pipeline> offered(PipelineProvider provider, ServerConfig config) {
    var name = provider.getClass().getSimpleName();
    try {
      return List.copyOf(provider.pipelines(config.settings())); // the list is its own code, too
    } catch (RuntimeException refused) {
      var words = Thrown.of(refused).said().message();
      throw new PluginException(name + ": " + words + settingsHint(config), refused);
    } catch (Throwable broken) { // a class that its jar misses, mostly
      throw new PluginException(name + ": " + Thrown.of(broken).inWords(), broken);
    }
  }

  private static String settingsHint(ServerConfig config) {
    return config.settings().containsKey(ServerConfig.REGISTRY)
        ? ""
        : " (settings."
            + ServerConfig.REGISTRY
            + " or "
            + Environment.REGISTRY_URL
            + " is not set)";
  }

  private static ClassLoader jars(Path folder) {
    try (var files = Files.list(folder)) {
      var urls = new ArrayList<URL>();
      for (var jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
        urls.add(jar.toUri().toURL());
      }
      // Never closed: its classes are needed for as long as the process lives.
      return new URLClassLoader(urls.toArray(URL[]::new), contextLoader());
    } catch (MalformedURLException impossible) {
      throw new IllegalStateException(impossible);
    } catch (IOException unreadable) {
      throw new ServerConfigException(
          "can't read the plugins' folder " + folder + ": " + unreadable);
    }
  }

  private void add(Pipeline pipeline) {
    if (byName.put(pipeline.name(), pipeline) != null) {
      throw new PluginException(
          "two plugins bring a pipeline '" + pipeline.name() + "': remove one", null);
    }
  }

  /// All of them, by name.
  public Collection<Pipeline> all() {
    return byName.values();
  }

  /// The pipeline of that name.
  ///
  /// @throws ServerConfigException with near names
  public Pipeline find(String name) {
    var pipeline = byName.get(name);
    if (pipeline != null) return pipeline;
    throw new ServerConfigException(
        "unknown pipeline '" + name + "'; " + NearNames.remedy(name, byName.keySet()));
  }

  /// The names of the pipelines that the server file names phases of; of all when it names none.
  public Collection<String> asked(ServerConfig config) {
    if (config.phases().isEmpty()) {
      if (byName.isEmpty()) throw new ServerConfigException(NONE_FOUND);
      return byName.navigableKeySet();
    }
    var asked = new LinkedHashSet<String>();
    for (var id : config.phases().keySet()) asked.add(id.substring(0, dotOf(id)));
    return asked;
  }

  private static int dotOf(String id) {
    var dot = id.indexOf('.');
    if (dot < 1 || dot == id.length() - 1) {
      throw new ServerConfigException(
          "'" + id + "' names no phase: use PIPELINE.PHASE, like cities.store");
    }
    return dot;
  }

  /// Placements of the server.
  ///
  /// @throws ServerConfigException naming a pipeline or phase that does not exist, with near names
  public List<Placement> placements(ServerConfig config) {
    var wanted = new LinkedHashMap<String, Placement>();
    if (config.phases().isEmpty()) {
      for (var pipeline : all()) {
        for (var one : Placement.all(pipeline)) wanted.put(pipeline.name() + one.phase(), one);
      }
    }
    config.phases().forEach((id, settings) -> wanted.put(id, placement(id, settings)));
    if (wanted.isEmpty()) {
      throw new ServerConfigException(NONE_FOUND);
    }
    return List.copyOf(wanted.values());
  }

  private Placement placement(String id, ServerConfig.PhaseSettings settings) {
    var dot = dotOf(id);
    var pipeline = find(id.substring(0, dot));
    var name = id.substring(dot + 1);
    var phase =
        pipeline
            .find(name)
            .orElseThrow(
                () ->
                    new ServerConfigException(
                        "pipeline '"
                            + pipeline.name()
                            + "' has no phase '"
                            + name
                            + "'; "
                            + NearNames.remedy(name, pipeline.phaseNames())));
    try {
      var options = phase.options();
      if (settings.concurrency().isPresent()) options = settings.concurrency().get().in(options);
      if (settings.timeout().isPresent()) options = options.withTimeout(settings.timeout().get());
      return new Placement(pipeline, name, options, settings.lanes().orElse(1));
    } catch (IllegalArgumentException outOfRange) {
      throw new ServerConfigException("phases." + id + ": " + outOfRange.getMessage());
    }
  }
}
