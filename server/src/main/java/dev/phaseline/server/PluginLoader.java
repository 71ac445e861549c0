package dev.phaseline.server;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Class loader of one plug-in. A plug-in sees the JDK, Phaseline's API, what its jars bring, and
/// the folder's libraries; it sees nothing of the server or of other plug-ins. So two plug-ins can
/// have two versions of one library, and an upgrade of the server does not change a plug-in's.
///
/// Thread-safe. Never closed: its classes are needed for as long as the process lives.
final class PluginLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  /// Always the server's: their types are in signatures that both sides use, and would be two
  /// different types otherwise.
  private static final List<String> SHARED =
      List.of(
          "dev.phaseline.core.",
          "dev.phaseline.schemas.",
          "org.apache.kafka.",
          "org.apache.avro.",
          "org.slf4j.",
          "org.jspecify.");

  /// The server's unless the plug-in brings them. Jackson is in the signature of the JSON codec, so
  /// a jar that brings a Jackson of its own and uses that codec brings both.
  private static final List<String> LENT =
      List.of(
          "dev.phaseline.codecs.",
          "dev.phaseline.jdbc.",
          "dev.phaseline.outbox.",
          "dev.phaseline.producer.",
          "com.fasterxml.jackson.");

  private final ClassLoader server;
  private final @Nullable PluginLoader libraries;

  /// A loader over jars.
  ///
  /// @param name for stack traces
  /// @param libraries jars that several plug-ins share; null for none
  PluginLoader(String name, List<Path> jars, @Nullable PluginLoader libraries, ClassLoader server) {
    super(name, urls(jars), getPlatformClassLoader());
    this.server = server;
    this.libraries = libraries;
  }

  static URL[] urls(List<Path> jars) {
    var urls = new ArrayList<URL>();
    for (var jar : jars) {
      try {
        urls.add(jar.toUri().toURL());
      } catch (IOException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
    return urls.toArray(URL[]::new);
  }

  /// Whether the class is the server's whatever a jar brings.
  static boolean isShared(String className) {
    return SHARED.stream().anyMatch(className::startsWith);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      var found = findLoadedClass(name);
      if (found == null) found = look(name);
      if (resolve) resolveClass(found);
      return found;
    }
  }

  private Class<?> look(String name) throws ClassNotFoundException {
    var found = in(getPlatformClassLoader(), name);
    if (found == null && isShared(name)) found = in(server, name);
    if (found == null) found = brought(name);
    if (found == null && LENT.stream().anyMatch(name::startsWith)) found = in(server, name);
    if (found == null) throw new ClassNotFoundException(name);
    return found;
  }

  /// A class of the plug-in's own jars or of the libraries; null when there is none.
  private @Nullable Class<?> brought(String name) {
    try {
      var loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    } catch (ClassNotFoundException notOwn) {
      return libraries == null ? null : libraries.library(name);
    }
  }

  /// A class of these jars alone: what is lent comes from the plug-in or from the server.
  private @Nullable Class<?> library(String name) {
    synchronized (getClassLoadingLock(name)) {
      return brought(name);
    }
  }

  private static @Nullable Class<?> in(ClassLoader loader, String name) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException notThere) {
      return null;
    }
  }

  @Override
  public @Nullable URL getResource(String name) {
    var own = findResource(name);
    if (own == null && libraries != null) own = libraries.findResource(name);
    return own == null ? getPlatformClassLoader().getResource(name) : own;
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    var all = new ArrayList<>(Collections.list(findResources(name)));
    if (libraries != null) all.addAll(Collections.list(libraries.findResources(name)));
    all.addAll(Collections.list(getPlatformClassLoader().getResources(name)));
    return Collections.enumeration(all);
  }
}
