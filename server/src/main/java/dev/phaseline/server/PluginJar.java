package dev.phaseline.server;

import dev.phaseline.core.PipelineProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/// A jar of a plug-in, as far as it can be judged before a class of it is loaded. Immutable.
///
/// @param name for messages
/// @param hasProvider whether it names a provider of pipelines
/// @param api the number of the API that its manifest names; null when it names none
/// @param classes the names of its classes' files
record PluginJar(String name, boolean hasProvider, @Nullable String api, Set<String> classes) {
  private static final String SERVICE = "META-INF/services/" + PipelineProvider.class.getName();
  private static final String API_ATTRIBUTE = "Phaseline-Api";
  private static final String CLASS = ".class";

  PluginJar {
    classes = Set.copyOf(classes);
  }

  /// Reads its directory and its manifest.
  ///
  /// @throws PluginException when it is no jar
  static PluginJar read(Path file, String name) {
    try (var jar = new JarFile(file.toFile())) {
      var classes = new LinkedHashSet<String>();
      jar.stream()
          .map(entry -> entry.getName())
          .filter(entry -> entry.endsWith(CLASS) && !entry.startsWith("META-INF/"))
          .filter(entry -> !entry.endsWith("-info" + CLASS))
          .forEach(classes::add);
      var manifest = jar.getManifest();
      return new PluginJar(
          name,
          jar.getEntry(SERVICE) != null,
          manifest == null ? null : manifest.getMainAttributes().getValue(API_ATTRIBUTE),
          classes);
    } catch (IOException | IllegalArgumentException | SecurityException broken) {
      throw new PluginException(
          name
              + " is not a jar that can be read ("
              + broken.getMessage()
              + "): build or copy it again",
          broken);
    }
  }

  /// Whether it has classes that are always the server's.
  boolean hasSharedClasses() {
    return sharedClass() != null;
  }

  private @Nullable String sharedClass() {
    for (var each : classes) {
      if (each.startsWith("dev/phaseline/") && PluginLoader.isShared(each.replace('/', '.'))) {
        return each;
      }
    }
    return null;
  }

  /// Refuses a jar that was built for another API, or brings the API itself.
  ///
  /// @throws PluginException with the remedy
  void requireUsable() {
    if (api != null && !api.strip().equals(Integer.toString(PipelineProvider.API))) {
      throw new PluginException(
          name
              + " was built for version "
              + api.strip()
              + " of Phaseline's API, and this server has version "
              + PipelineProvider.API
              + ": build it again with the phaseline-core of this server",
          null);
    }
    var clashing = sharedClass();
    if (clashing != null) {
      throw new PluginException(
          name
              + " brings the class "
              + className(clashing)
              + ", which is the server's: leave Phaseline's own jars out of it (in Maven: scope"
              + " provided)",
          null);
    }
  }

  /// Refuses a plug-in in which it would be chance which of two classes runs.
  ///
  /// @throws PluginException naming the class and both jars
  static void requireNoClassTwice(Collection<PluginJar> jars) {
    var owners = new HashMap<String, String>();
    for (var jar : jars) {
      for (var each : jar.classes) {
        var other = owners.putIfAbsent(each, jar.name);
        if (other == null) continue;
        throw new PluginException(
            "the class "
                + className(each)
                + " is in "
                + other
                + " and in "
                + jar.name
                + ": remove one of the two jars",
            null);
      }
    }
  }

  private static String className(String file) {
    return file.substring(0, file.length() - CLASS.length()).replace('/', '.');
  }
}
