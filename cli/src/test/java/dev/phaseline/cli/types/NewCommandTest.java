package dev.phaseline.cli.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.cli.Main;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Versions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The project that `phaseline new` writes: it compiles without a warning, its test passes, and a
/// server takes its jar. What runs it on a broker is in DevTest.
final class NewCommandTest {
  private static final Pattern PLUGIN =
      Pattern.compile("<artifactId>(maven-[a-z]+-plugin)</artifactId>\\s*<version>([^<]+)<");

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  private void refused(int expected, String words, String... arguments) {
    err.getBuffer().setLength(0);
    assertThat(run(arguments)).as(err.toString()).isEqualTo(expected);
    assertThat(err.toString().lines()).singleElement().asString().contains(words);
  }

  /// Runs the test of the project as JUnit would: a new object for each method.
  private static int testsRun(Path project, String testClass) throws Exception {
    var urls =
        new URL[] {
          project.resolve("target/classes").toUri().toURL(),
          project.resolve("target/test-classes").toUri().toURL()
        };
    var run = 0;
    try (var loader = new URLClassLoader(urls, NewCommandTest.class.getClassLoader())) {
      var type = loader.loadClass(testClass);
      for (var method : type.getDeclaredMethods()) {
        if (!method.isAnnotationPresent(Test.class)) continue;
        var constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        method.setAccessible(true);
        method.invoke(constructor.newInstance());
        run++;
      }
    }
    return run;
  }

  @Test
  void theProjectCompilesPassesItsTestAndIsTakenByAServer() throws Exception {
    var project = MadeProject.write(folder.resolve("p"), "my-pipeline", "com.acme.orders");

    var plugins = project.packaged();

    assertThat(testsRun(project.folder(), "com.acme.orders.MyPipelineTest")).isEqualTo(2);
    var database = "settings: {cities.db: " + folder.resolve("c.db") + "}\n";
    var file = project.folder().resolve("server.yaml");
    Files.writeString(file, Files.readString(file) + database); // of this test's class path
    assertThat(run("types", "-c", file.toString())).as(err.toString()).isEqualTo(ExitStatus.OK);
    assertThat(out.toString()).contains("my-pipeline  version 1, from made-1.0.0-SNAPSHOT.jar");
    assertThat(run("worker", "--check", "-c", file.toString())).isEqualTo(ExitStatus.OK);
    assertThat(out.toString()).contains("my-pipeline-1 would run 2 phases, with 32 handlers");
    assertThat(plugins).isDirectory();
  }

  /// A written class is never called like one that it imports, whatever the project's name.
  @Test
  void everyNameMakesAProjectThatCompiles() throws Exception {
    for (var name : new String[] {"pipeline", "a", "class", "x_-1", "outcome"}) {
      assertThat(run("new", name, "--dir", folder.resolve(name).toString()))
          .as(err.toString())
          .isZero();
      new MadeProject(folder.resolve(name)).compiled();
    }
  }

  @Test
  void thePomHasTheVersionsOfThisBuild() throws Exception {
    var project = MadeProject.write(folder.resolve("p"), "orders", "com.acme");
    var pom = Files.readString(project.folder().resolve("pom.xml"));
    var ours = Files.readString(Path.of("../pom.xml").toAbsolutePath().normalize());

    assertThat(pom)
        .contains("<phaseline.version>" + Versions.phaseline() + "<")
        .contains("<Phaseline-Api>1<")
        .contains("<groupId>com.acme</groupId>\n  <artifactId>orders</artifactId>")
        .doesNotContain("@");
    var plugins = PLUGIN.matcher(pom).results().toList();
    assertThat(plugins).hasSize(4);
    for (var plugin : plugins) {
      assertThat(ours.replaceAll("\\s+", ""))
          .contains(
              "<artifactId>" + plugin.group(1) + "</artifactId><version>" + plugin.group(2) + "<");
    }
    var junit = Pattern.compile("<junit.version>([^<]+)<").matcher(ours);
    assertThat(junit.find()).isTrue();
    assertThat(pom).contains("<version>" + junit.group(1) + "<");
  }

  @Test
  void whatCanNotBeUsedIsNamedAndNothingIsWritten() throws Exception {
    var there = Files.createDirectory(folder.resolve("there"));
    refused(ExitStatus.USAGE, "'Orders' is not valid", "new", "Orders");
    refused(ExitStatus.USAGE, "can't be called 'timers'", "new", "timers");
    refused(
        ExitStatus.USAGE,
        "--package a.class: not a Java package",
        "new",
        "o",
        "--package",
        "a.class");
    refused(
        ExitStatus.USAGE, "exists: choose another folder", "new", "o", "--dir", there.toString());
    var file = Files.writeString(folder.resolve("file"), "");
    refused(ExitStatus.FAILED, "can't write", "new", "o", "--dir", file.resolve("o").toString());

    assertThat(there).isEmptyDirectory();
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(there, file);
    }
  }
}
