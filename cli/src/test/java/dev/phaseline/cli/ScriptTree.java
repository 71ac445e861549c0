package dev.phaseline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A source tree in miniature around the real script: its JDKs are shell scripts that say which
/// they are, its Maven writes down that it was called. Only the tools that the script may use are
/// on the PATH, so the machine's own Java and Maven can't help.
final class ScriptTree {
  private static final List<String> TOOLS =
      List.of(
          "sh",
          "cat",
          "sed",
          "head",
          "tail",
          "grep",
          "find",
          "readlink",
          "dirname",
          "basename",
          "ln",
          "rm",
          "mv",
          "mkdir",
          "sleep");

  /// What a run of the script left behind.
  record Result(int exitStatus, String out, String err) {}

  final Path root;
  final Path jdks;
  private final Path bin;
  private final Path calls;
  private final Map<String, String> environment = new TreeMap<>();

  ScriptTree(Path folder) throws IOException {
    root = Files.createDirectories(folder.resolve("a tree"));
    jdks = Files.createDirectories(folder.resolve("jdks"));
    bin = Files.createDirectories(folder.resolve("bin"));
    calls = folder.resolve("maven-calls");
    for (var tool : TOOLS) Files.createSymbolicLink(bin.resolve(tool), find(tool));
    Files.copy(script(), root.resolve("phaseline"), StandardCopyOption.COPY_ATTRIBUTES);
    source("pom.xml");
    source("cli/pom.xml");
    source("cli/src/main/java/Main.java");
    source("core/src/main/java/Core.java");
    source("core/src/test/java/CoreTest.java");
    environment.put("PATH", bin.toString());
    environment.put("HOME", folder.toString());
    environment.put("PHASELINE_JAVA_DIRS", jdks.toString());
  }

  /// The script of the repository that this test is a part of.
  static Path script() {
    return root().resolve("phaseline");
  }

  /// The top of the repository that this test is a part of.
  static Path root() {
    for (var at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isExecutable(at.resolve("phaseline")) && Files.exists(at.resolve("pom.xml"))) {
        return at;
      }
    }
    throw new IllegalStateException("no ./phaseline above the working directory");
  }

  private static Path find(String tool) {
    for (var folder : System.getenv("PATH").split(":", -1)) {
      var file = Path.of(folder, tool);
      if (Files.isExecutable(file)) return file;
    }
    throw new IllegalStateException("no " + tool + " on the PATH");
  }

  /// Writes a source file, older than anything a build makes.
  void source(String path) throws IOException {
    var file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, path);
    age(file, Duration.ofHours(1));
    for (var at = file.getParent(); at != null && at.startsWith(root); at = at.getParent()) {
      age(at, Duration.ofHours(1));
    }
  }

  /// Makes a file newer than the last build, without waiting for the clock.
  void edit(String path) throws IOException {
    age(root.resolve(path), Duration.ofHours(-1));
  }

  private static void age(Path file, Duration old) throws IOException {
    // Relative to the file system's own clock: that is the one the script compares by.
    var probe = Files.createTempFile(file.getParent(), "age", null);
    var now = Files.getLastModifiedTime(probe).toInstant();
    Files.delete(probe);
    Files.setLastModifiedTime(file, FileTime.from(now.minus(old)));
  }

  /// Adds a JDK whose `java` prints its name and arguments.
  ///
  /// @param release what its `release` file says; empty: it has none, and `java -version` tells
  Path jdk(String name, String release, String version) throws IOException {
    var home = jdks.resolve(name);
    executable(
        home.resolve("bin/java"),
        """
        case "$*" in
          -version) echo 'openjdk version "%s" 2025-01-01' >&2 ;;
          *--locale) echo "LC_ALL is ${LC_ALL:-unset}" ;;
          *--umask) umask ;;
          *) printf '%s'; printf ' [%%s]' "$@"; echo ;;
        esac
        """
            .formatted(version, name));
    executable(home.resolve("bin/javac"), "exit 0\n");
    if (!release.isEmpty()) {
      Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + release + "\"\n");
    }
    return home;
  }

  /// Puts a Maven on the PATH that takes `seconds` and then builds, or fails with an error.
  void maven(int seconds, boolean works) throws IOException {
    maven("cli", seconds, works);
  }

  /// Puts a Maven on the PATH that builds once this file is gone.
  void mavenHeldBy(Path gate) throws IOException {
    maven("cli", "while [ -e '" + gate + "' ]; do sleep 0.1; done", true);
  }

  /// Puts a Maven on the PATH that builds this module.
  void maven(String module, int seconds, boolean works) throws IOException {
    maven(module, "sleep " + seconds, works);
  }

  private void maven(String module, String takesItsTime, boolean works) throws IOException {
    var jar = root.resolve(module + "/target/phaseline-" + module + ".jar");
    executable(
        bin.resolve("mvn"),
        """
        echo "$JAVA_HOME $*" >> '%s'
        %s
        echo 'much ado'
        %s
        """
            .formatted(
                calls,
                takesItsTime,
                works
                    ? ": > '"
                        + jar
                        + "'\nprintf '%s' '"
                        + library()
                        + "' > '"
                        + jar.resolveSibling("dependencies.classpath")
                        + "'"
                    : "echo '[ERROR] Main.java:[1,2] that is no Java'\nexit 1"));
    if (!Files.exists(library())) Files.createFile(library());
  }

  /// A jar in Maven's cache.
  Path library() {
    return root.resolve("../library.jar").normalize();
  }

  /// Puts `java` of a JDK on the PATH.
  void javaOnPath(Path home) throws IOException {
    Files.createSymbolicLink(bin.resolve("java"), home.resolve("bin/java"));
  }

  void environment(String name, String value) {
    environment.put(name, value);
  }

  List<String> mavenCalls() throws IOException {
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  Result run(String... arguments) throws Exception {
    return finish(start(root, root.resolve("phaseline"), arguments));
  }

  Process start(Path from, Path script, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(script.toString());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(from.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }

  static Result finish(Process process) throws Exception {
    var out = new String(process.getInputStream().readAllBytes(), UTF_8);
    var err = new String(process.getErrorStream().readAllBytes(), UTF_8);
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the script hangs; it said: " + err);
    }
    return new Result(process.exitValue(), out, err);
  }

  private static void executable(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + text);
    if (!file.toFile().setExecutable(true)) throw new IOException("can't make executable: " + file);
  }
}
