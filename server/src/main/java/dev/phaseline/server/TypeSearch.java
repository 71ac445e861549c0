package dev.phaseline.server;

import dev.phaseline.core.PipelineProvider;
import dev.phaseline.core.engine.Thrown;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Driver;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The search for a server's kinds of jobs: on the class path, and in the folder of plug-ins, each
/// of which is loaded by a class loader of its own. Providers are made and called on the caller's
/// thread. Used by one thread.
final class TypeSearch {
  private final ServerConfig config;
  private final ClassLoader server;
  private final TypeTree types = new TypeTree();

  /// @param server sees the server's own classes
  TypeSearch(ServerConfig config, ClassLoader server) {
    this.config = config;
    this.server = server;
  }

  TypeTree types() {
    return types;
  }

  /// Calls the providers that are part of the program.
  void lookAtClassPath() {
    for (var provider : providers(server, "a provider on the class path")) {
      offered(provider, TypeSource.CLASS_PATH, null);
    }
  }

  /// Calls the providers of the plug-ins.
  ///
  /// @return a loader that sees the folder's libraries beside the server's classes
  /// @throws ServerConfigException when the folder can't be read
  ClassLoader lookAt(Path plugins) {
    var folder = PluginFolder.read(plugins);
    folder.problems().forEach(types::fault);
    var shared = folder.libraries();
    var libraries = shared.isEmpty() ? null : new PluginLoader("libraries", shared, null, server);
    if (libraries != null) registerDrivers(libraries);
    for (var plugin : folder.plugins()) {
      var loader = new PluginLoader(plugin.name(), plugin.jars(), libraries, server);
      registerDrivers(loader);
      var calls = new PluginCalls(loader);
      for (var provider : calls.within(() -> providers(loader, plugin.name()))) {
        offered(provider, TypeSource.plugin(plugin.name()), calls);
      }
    }
    return libraries == null
        ? server
        : new URLClassLoader("server", PluginLoader.urls(shared), server);
  }

  /// Drivers of databases register themselves when they are loaded. `DriverManager` looks for them
  /// once in a process, with the context class loader of that moment: it would find those of one
  /// plug-in alone.
  private static void registerDrivers(ClassLoader loader) {
    try {
      ServiceLoader.load(Driver.class, loader).forEach(_ -> {});
    } catch (ServiceConfigurationError | LinkageError broken) {
      // the plug-in that needs this driver is told that there is none, by DriverManager
    }
  }

  /// The providers that a loader sees. A class that is missing in a jar is the usual fault, and
  /// comes as an error of whatever kind.
  private List<PipelineProvider> providers(ClassLoader loader, String where) {
    try {
      return ServiceLoader.load(PipelineProvider.class, loader).stream()
          .map(ServiceLoader.Provider::get)
          .toList();
    } catch (ServiceConfigurationError broken) {
      var cause = broken.getCause();
      var words =
          cause == null
              ? String.valueOf(broken.getMessage())
                  .replace(PipelineProvider.class.getName() + ": ", "")
              : LoadFailure.of(cause);
      types.fault(new PluginException(where + " can't be loaded: " + words, broken));
    } catch (Throwable broken) { // a jar may be incomplete in any way
      types.fault(
          new PluginException(where + " can't be loaded: " + LoadFailure.of(broken), broken));
    }
    return List.of();
  }

  /// Pipelines of a provider. Its lists are its own code, too.
  private void offered(PipelineProvider provider, TypeSource source, @Nullable PluginCalls calls) {
    var where = words(provider, source);
    try {
      var pipelines = within(calls, () -> List.copyOf(provider.pipelines(config.settings())));
      var extensions = within(calls, () -> List.copyOf(provider.extensions(config.settings())));
      for (var each : pipelines)
        types.add(calls == null ? each : each.codeWrappedBy(calls), source);
      for (var each : extensions) {
        types.add(calls == null ? each : each.codeWrappedBy(calls), source);
      }
    } catch (RuntimeException refused) {
      var words = Thrown.of(refused).said().message();
      types.fault(new PluginException(where + ": " + words + settingsHint(), refused));
    } catch (Throwable broken) { // a class that its jar misses, mostly
      types.fault(new PluginException(where + ": " + LoadFailure.of(broken), broken));
    }
  }

  private static <T> T within(@Nullable PluginCalls calls, Supplier<T> code) {
    return calls == null ? code.get() : calls.within(code);
  }

  private static String words(PipelineProvider provider, TypeSource source) {
    var name = provider.getClass().getSimpleName();
    return source.equals(TypeSource.CLASS_PATH) ? name : source.name() + ": " + name;
  }

  private String settingsHint() {
    return config.settings().containsKey(ServerConfig.REGISTRY)
        ? ""
        : " (settings."
            + ServerConfig.REGISTRY
            + " or "
            + Environment.REGISTRY_URL
            + " is not set)";
  }
}
