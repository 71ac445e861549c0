package dev.phaseline.systemtests.library;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// A piece of a user's code, compiled against some modules of ours and what they bring, as a user's
/// build would. Class names come from the source.
final class Snippet {
  /// A module's classes in this build: a folder while it is built, a jar after that.
  private static final Pattern OURS =
      Pattern.compile(".*/([a-z-]+)/target/(?:test-classes|classes|phaseline-[^/]*\\.jar)");

  /// Dependencies that no module of a library user may bring.
  private static final List<String> SERVICES =
      List.of("kafka-streams", "rocksdb", "jetty", "picocli");

  private Snippet() {}

  /// The class path of these modules of ours, with the libraries of the test itself but for those
  /// of services.
  static String classPath(Set<String> modules) {
    var path = new ArrayList<String>();
    for (var entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
      var ours = OURS.matcher(entry);
      if (ours.matches() ? modules.contains(ours.group(1)) : isLibrary(entry)) path.add(entry);
    }
    return String.join(File.pathSeparator, path);
  }

  /// The module path of these modules of ours, with those libraries of the test whose files' names
  /// begin so.
  static String modulePath(Set<String> modules, Set<String> libraries) {
    var path = new ArrayList<String>();
    for (var entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
      var ours = OURS.matcher(entry);
      var file = Path.of(entry).getFileName().toString();
      if (ours.matches()
          ? modules.contains(ours.group(1)) && !file.equals("test-classes")
          : libraries.stream().anyMatch(file::startsWith)) {
        path.add(entry);
      }
    }
    return String.join(File.pathSeparator, path);
  }

  private static boolean isLibrary(String entry) {
    var file = Path.of(entry).getFileName().toString();
    return SERVICES.stream().noneMatch(file::startsWith);
  }

  /// Compiles it.
  ///
  /// @return the compiler's messages; empty when all is well
  static String compile(String name, String source, String classPath, Path into)
      throws IOException {
    return compile(Map.of(name, source), List.of("-cp", classPath), into);
  }

  /// Compiles several sources as a module: one of them is `module-info`.
  ///
  /// @param sources by the name of the class
  /// @return the compiler's messages; empty when all is well
  static String compileModule(Map<String, String> sources, String modulePath, Path into)
      throws IOException {
    return compile(sources, List.of("-p", modulePath), into);
  }

  private static String compile(Map<String, String> sources, List<String> path, Path into)
      throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var said = new StringWriter();
    Files.createDirectories(into);
    var options = new ArrayList<>(List.of("-d", into.toString(), "-proc:none"));
    options.addAll(path);
    var units = sources.entrySet().stream().map(one -> source(one.getKey(), one.getValue()));
    var done = compiler.getTask(said, null, null, options, null, units.toList()).call();
    return done ? "" : "does not compile: " + said;
  }

  /// A class that was compiled there, with this test's own class path behind it.
  static Class<?> load(String name, Path from) throws Exception {
    // Open as long as the test runs: its classes are loaded when they are met.
    var loader =
        new URLClassLoader(new URL[] {from.toUri().toURL()}, Snippet.class.getClassLoader());
    return loader.loadClass(name);
  }

  /// The Java block of a Markdown text that follows a heading.
  static String javaBlock(Path markdown, String heading) throws IOException {
    var lines = Arrays.asList(Files.readString(markdown, UTF_8).split("\n", -1));
    var section = lines.subList(lines.indexOf(heading), lines.size());
    var block = section.subList(section.indexOf("```java") + 1, section.size());
    return String.join("\n", block.subList(0, block.indexOf("```")));
  }

  private static JavaFileObject source(String name, String text) {
    return new SimpleJavaFileObject(
        URI.create("string:///" + name.replace('.', '/') + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }
}
