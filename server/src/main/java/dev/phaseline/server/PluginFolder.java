package dev.phaseline.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The folder of a server's plug-ins, as it lies on the disk: a jar with a provider is a plug-in, a
/// folder of jars is one with its libraries, and a jar without a provider is a library of all.
/// Immutable.
///
/// @param plugins the plug-ins, by name
/// @param libraries jars that all of them see
/// @param problems one line for each jar or folder that can't be used
record PluginFolder(List<Unit> plugins, List<Path> libraries, List<PluginException> problems) {

  /// One plug-in.
  ///
  /// @param name the file or folder that it is, for messages
  /// @param jars the jar, or all jars of the folder
  record Unit(String name, List<Path> jars) {
    Unit {
      jars = List.copyOf(jars);
    }
  }

  PluginFolder {
    plugins = List.copyOf(plugins);
    libraries = List.copyOf(libraries);
    problems = List.copyOf(problems);
  }

  /// Looks into it.
  ///
  /// @throws ServerConfigException when it can't be read
  static PluginFolder read(Path folder) {
    var plugins = new ArrayList<Unit>();
    var libraries = new ArrayList<Path>();
    var problems = new ArrayList<PluginException>();
    for (var entry : entries(folder)) {
      try {
        if (Files.isDirectory(entry)) {
          var jars = jarsOf(entry);
          if (!jars.isEmpty()) plugins.add(unit(entry, jars));
        } else if (isJar(entry)) {
          var jar = PluginJar.read(entry, name(entry));
          if (jar.hasProvider()) plugins.add(unit(name(entry), List.of(jar), List.of(entry)));
          else if (!jar.hasSharedClasses()) libraries.add(entry);
        }
      } catch (PluginException unusable) {
        problems.add(unusable);
      }
    }
    return new PluginFolder(plugins, libraries, problems);
  }

  private static Unit unit(Path folder, List<Path> jars) {
    var name = name(folder) + '/';
    var read = new ArrayList<PluginJar>();
    var used = new ArrayList<Path>();
    for (var path : jars) {
      var jar = PluginJar.read(path, name + name(path));
      if (!jar.hasProvider() && jar.hasSharedClasses()) continue; // a copy of the API beside it
      read.add(jar);
      used.add(path);
    }
    if (read.stream().noneMatch(PluginJar::hasProvider)) {
      throw new PluginException(
          name
              + " has jars, but none of them names a PipelineProvider in META-INF/services: add the"
              + " jar that does, or move these up beside the other plug-ins, as libraries of all",
          null);
    }
    return unit(name, read, used);
  }

  private static Unit unit(String name, List<PluginJar> jars, List<Path> paths) {
    for (var jar : jars) jar.requireUsable();
    PluginJar.requireNoClassTwice(jars);
    return new Unit(name, paths);
  }

  private static List<Path> jarsOf(Path folder) {
    return entries(folder).stream().filter(PluginFolder::isJar).toList();
  }

  /// Sources and documentation have the provider's file too, and are not to be run.
  private static boolean isJar(Path file) {
    var name = name(file);
    return name.endsWith(".jar")
        && !name.endsWith("-sources.jar")
        && !name.endsWith("-javadoc.jar")
        && !Files.isDirectory(file);
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static List<Path> entries(Path folder) {
    try (var files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException unreadable) {
      throw new ServerConfigException(
          "can't read the plugins' folder " + folder + ": " + InputFile.why(unreadable));
    }
  }
}
