package dev.phaseline.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Phase;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.Pipeline;
import dev.phaseline.testkit.TestContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Class loading of plug-ins: each sees Phaseline's API and what it brings, and nothing else, so
/// that two of them can have two versions of one library.
final class PluginLoaderTest {
  private static final PhaseContext CONTEXT = TestContext.of("test", "only", "j1");

  @TempDir private Path folder;

  private Path plugins() {
    return folder.resolve("plugins");
  }

  private JarMaker jar() {
    return new JarMaker(folder);
  }

  /// A library that names its version.
  private Path library(String version) throws IOException {
    return jar()
        .with(
            "lib.Greeting",
            "package lib; public final class Greeting { public static String text() { return \""
                + version
                + "\"; } }")
        .to(folder.resolve("lib-" + version + ".jar"));
  }

  private Pipelines found() {
    return Pipelines.of(ServerFile.none().withPlugins(plugins()));
  }

  @SuppressWarnings("unchecked")
  private static Outcome<?> outcome(Pipelines pipelines, String pipeline) throws Exception {
    return ((Phase<String>) pipelines.find(pipeline).first()).handler().handle("x", CONTEXT);
  }

  @Test
  void twoPluginsHaveTwoVersionsOfOneLibrary() throws Exception {
    for (var version : new String[] {"one", "two"}) {
      var library = library(version);
      var name = "acme." + version + ".Provider";
      var code = JarMaker.provider(name, version, "Outcome.done(lib.Greeting.text())");
      jar()
          .with(name, code, library)
          .provides(name)
          .to(plugins().resolve(version).resolve("own.jar"));
      Files.copy(library, plugins().resolve(version).resolve("lib.jar"));
    }

    var pipelines = found();

    assertThat(outcome(pipelines, "one")).isEqualTo(Outcome.done("one"));
    assertThat(outcome(pipelines, "two")).isEqualTo(Outcome.done("two"));
    assertThat(pipelines.types()).extracting(KnownType::source).containsExactly("one/", "two/");
  }

  /// As while a type is upgraded: the old jar stays beside the new one, with the same classes.
  @Test
  void twoJarsWithTwoVersionsOfOnePipelineStandSideBySide() throws Exception {
    for (var version : new String[] {"1", "2"}) {
      var code =
          JarMaker.provider("acme.Provider", "cities", "Outcome.done(\"by " + version + "\")")
              .replace("named(\"cities\")", "named(\"cities\").version(" + version + ")");
      jar()
          .with("acme.Provider", code)
          .provides("acme.Provider")
          .to(plugins().resolve("cities-" + version + ".jar"));
    }

    var pipelines = found();

    assertThat(pipelines.find("cities").versions())
        .extracting(Pipeline::version)
        .containsExactly(2, 1);
    assertThat(outcome(pipelines, "cities")).isEqualTo(Outcome.done("by 2"));
    @SuppressWarnings("unchecked")
    var older = (Phase<String>) pipelines.find("cities").versions().getLast().first();
    assertThat(older.handler().handle("x", CONTEXT)).isEqualTo(Outcome.done("by 1"));
    assertThat(pipelines.types())
        .extracting(KnownType::source)
        .containsExactly("cities-2.jar", "cities-1.jar");
    assertThat(pipelines.placements(ServerFile.none())).hasSize(1);
  }

  @Test
  void libraryThatABundlingJarBringsWinsOverTheFolders() throws Exception {
    Files.move(library("shared"), makeFolder().resolve("lib.jar"));
    var own =
        "package lib; public final class Greeting { public static String text() { return"
            + " \"own\"; } }";
    var provider = JarMaker.provider("acme.Own", "own", "Outcome.done(lib.Greeting.text())");
    jar()
        .with("lib.Greeting", own)
        .with("acme.Own", provider, library("own"))
        .provides("acme.Own")
        .to(plugins().resolve("own.jar"));
    var plain = JarMaker.provider("acme.Plain", "plain", "Outcome.done(lib.Greeting.text())");
    jar()
        .with("acme.Plain", plain, library("own"))
        .provides("acme.Plain")
        .to(plugins().resolve("plain.jar"));

    var pipelines = found();

    assertThat(outcome(pipelines, "own")).isEqualTo(Outcome.done("own"));
    assertThat(outcome(pipelines, "plain")).isEqualTo(Outcome.done("shared"));
  }

  private Path makeFolder() throws IOException {
    return Files.createDirectories(plugins());
  }

  @Test
  void pluginSeesNothingOfTheServer() throws Exception {
    var looks =
        """
        {
          String seen = "";
          for (var name : List.of("dev.phaseline.worker.Worker", "dev.phaseline.http.ListenAddress",
              "org.yaml.snakeyaml.Yaml", "dev.phaseline.core.engine.Lane",
              "com.fasterxml.jackson.databind.ObjectMapper")) {
            try {
              Class.forName(name, false, Thread.currentThread().getContextClassLoader());
              seen += name.substring(name.lastIndexOf('.') + 1) + " ";
            } catch (ClassNotFoundException none) {
              // hidden
            }
          }
          return Outcome.done(seen.strip());
        }
        """;
    jar()
        .with("acme.Looks", JarMaker.provider("acme.Looks", "looks", looks))
        .provides("acme.Looks")
        .to(plugins().resolve("looks.jar"));

    assertThat(outcome(found(), "looks")).isEqualTo(Outcome.done("Lane ObjectMapper"));
  }

  /// Drivers of databases and many other libraries look for their parts with the context class
  /// loader, when they are made, when the provider is called, and when a handler runs.
  @Test
  void contextClassLoaderIsThePluginsWhereverItsCodeRuns() throws Exception {
    var looks =
        """
        package acme;
        import dev.phaseline.core.*;
        import java.util.*;
        public final class Parts implements PipelineProvider {
          static String parts() {
            return Thread.currentThread().getContextClassLoader().getResource("acme/own.txt") == null
                    || Thread.currentThread().getContextClassLoader().getResource("acme/lib.txt") == null
                ? "missing" : "found";
          }
          private final String made = parts();
          @Override public List<Pipeline> pipelines(Map<String, String> settings) {
            String asked = parts();
            return List.of(
                Pipeline.named("parts")
                    .phase("only", Codec.text(),
                        (value, context) -> Outcome.done(made + " " + asked + " " + parts()),
                        value -> parts(), options -> options)
                    .result(Codec.text())
                    .build());
          }
        }
        """;
    jar()
        .with("acme.Parts", looks)
        .with("acme/own.txt", "own".getBytes(UTF_8))
        .provides("acme.Parts")
        .to(plugins().resolve("parts.jar"));
    jar().with("acme/lib.txt", "lib".getBytes(UTF_8)).to(plugins().resolve("lib.jar"));
    var before = Thread.currentThread().getContextClassLoader();

    var pipelines = found();

    assertThat(outcome(pipelines, "parts")).isEqualTo(Outcome.done("found found found"));
    @SuppressWarnings("unchecked")
    var phase = (Phase<String>) pipelines.find("parts").first();
    assertThat(phase.input().form()).isEqualTo(Codec.text().form());
    assertThat(phase.keyBy()).isNotNull();
    assertThat(Objects.requireNonNull(phase.keyBy()).apply("x")).isEqualTo("found");
    assertThat(Thread.currentThread().getContextClassLoader()).as("put back").isSameAs(before);
  }

  /// `DriverManager` looks for drivers once in a process, with one context class loader.
  @Test
  void eachPluginFindsItsOwnDriver() throws Exception {
    for (var name : new String[] {"left", "right"}) {
      var driver =
          """
          package %1$s;
          import java.sql.*;
          public final class Own implements Driver {
            static {
              try { DriverManager.registerDriver(new Own()); }
              catch (SQLException failed) { throw new IllegalStateException(failed); }
            }
            public Connection connect(String url, java.util.Properties with) throws SQLException {
              if (!acceptsURL(url)) return null;
              throw new SQLException("%1$s was here");
            }
            public boolean acceptsURL(String url) { return url.startsWith("jdbc:%1$s:"); }
            public DriverPropertyInfo[] getPropertyInfo(String url, java.util.Properties with) { return null; }
            public int getMajorVersion() { return 1; }
            public int getMinorVersion() { return 0; }
            public boolean jdbcCompliant() { return false; }
            public java.util.logging.Logger getParentLogger() { return null; }
          }
          """
              .formatted(name);
      var provider = name + ".Provider";
      var connects =
          """
          { try { java.sql.DriverManager.getConnection("jdbc:%s:x"); return null; }
            catch (java.sql.SQLException said) { return Outcome.done(said.getMessage()); } }
          """
              .formatted(name);
      jar()
          .with(name + ".Own", driver)
          .with(provider, JarMaker.provider(provider, name, connects))
          .with("META-INF/services/java.sql.Driver", (name + ".Own").getBytes(UTF_8))
          .provides(provider)
          .to(plugins().resolve(name + ".jar"));
    }

    var pipelines = found();

    assertThat(outcome(pipelines, "left")).isEqualTo(Outcome.done("left was here"));
    assertThat(outcome(pipelines, "right")).isEqualTo(Outcome.done("right was here"));
  }

  /// Kafka's clients make the classes that their settings name by the context class loader of the
  /// worker's threads.
  @Test
  void threadsOfAWorkerSeeTheLibrariesOfTheFolder() throws Exception {
    jar().with("acme/driver.txt", new byte[0]).to(makeFolder().resolve("driver.jar"));
    var thread = Thread.currentThread();
    var before = thread.getContextClassLoader();
    try {
      found().useClassLoader();
      assertThat(thread.getContextClassLoader().getResource("acme/driver.txt")).isNotNull();
      assertThat(Class.forName(Pipelines.class.getName(), true, thread.getContextClassLoader()))
          .isSameAs(Pipelines.class);
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
