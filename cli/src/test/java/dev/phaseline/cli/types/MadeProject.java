package dev.phaseline.cli.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.cli.Main;
import dev.phaseline.core.PipelineProvider;
import dev.phaseline.testkit.PipelineDriver;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/// A project that `phaseline new` wrote, built as its pom says, but by the JDK's compiler: Maven
/// inside of Maven would take a minute, and a repository with what is being built. Immutable.
///
/// @param folder the project's
public record MadeProject(Path folder) {

  /// Runs the command.
  public static MadeProject write(Path folder, String name, String javaPackage) {
    var err = new StringWriter();
    var status =
        Main.run(
            new PrintWriter(new StringWriter(), true),
            new PrintWriter(err, true),
            "new",
            name,
            "--package",
            javaPackage,
            "--dir",
            folder.toString());
    assertThat(status).as(err.toString()).isZero();
    return new MadeProject(folder);
  }

  /// Compiles `src/main`, and with it `src/test`, into `target`.
  Path compiled() throws IOException {
    var classes = Files.createDirectories(folder.resolve("target/classes"));
    compile("src/main/java", classes, homeOf(PipelineProvider.class));
    var tests = Files.createDirectories(folder.resolve("target/test-classes"));
    var all = System.getProperty("java.class.path") + File.pathSeparator + classes;
    assertThat(all).contains(homeOf(PipelineDriver.class));
    compile("src/test/java", tests, all);
    return classes;
  }

  private static String homeOf(Class<?> type) {
    return new File(type.getProtectionDomain().getCodeSource().getLocation().getPath()).getPath();
  }

  private void compile(String sources, Path into, String classPath) throws IOException {
    var messages = new StringWriter();
    var compiler = ToolProvider.getSystemJavaCompiler();
    var options =
        List.of(
            "-d", into.toString(), "-cp", classPath, "-proc:none", "-Xlint:all,-path", "-Werror");
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var units = files.getJavaFileObjectsFromPaths(filesIn(folder.resolve(sources)));
      assertThat(compiler.getTask(messages, files, null, options, null, units).call())
          .as("%s: %s", sources, messages)
          .isTrue();
    }
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /// Makes the jar, with the classes and the resources.
  ///
  /// @return the folder that it lies in
  public Path packaged() throws IOException {
    var classes = compiled();
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Phaseline-Api", "" + PipelineProvider.API);
    var target = folder.resolve("target");
    var file = target.resolve("made-1.0.0-SNAPSHOT.jar");
    try (var jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
      for (var root : List.of(classes, folder.resolve("src/main/resources"))) {
        for (var each : filesIn(root)) {
          jar.putNextEntry(new JarEntry(root.relativize(each).toString().replace('\\', '/')));
          Files.copy(each, jar);
          jar.closeEntry();
        }
      }
    }
    return target;
  }
}
