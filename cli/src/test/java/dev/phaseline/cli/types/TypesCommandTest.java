package dev.phaseline.cli.types;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.cli.Main;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.core.PipelineProvider;
import dev.phaseline.examples.hello.HelloProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The pipelines that a server knows, and what it would run, as the command tells them.
final class TypesCommandTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  /// A server file with a folder of plug-ins, which is made.
  private String file(String more) throws IOException {
    Files.createDirectories(folder.resolve("plugins"));
    var text =
        "server: s1\nplugins: plugins\nsettings: {cities.db: " + folder.resolve("c.db") + "}\n";
    return Files.writeString(folder.resolve("server.yaml"), text + more).toString();
  }

  private void provider(String jar, Class<?> provider, boolean whole) throws IOException {
    Files.createDirectories(folder.resolve("plugins"));
    var file = folder.resolve("plugins").resolve(jar);
    try (var to = new JarOutputStream(Files.newOutputStream(file))) {
      to.putNextEntry(new JarEntry("META-INF/services/" + PipelineProvider.class.getName()));
      to.write(provider.getName().getBytes(StandardCharsets.UTF_8));
      to.closeEntry();
      if (!whole) return;
      for (var name : new String[] {"HelloProvider", "HelloPipeline"}) {
        var entry = provider.getPackageName().replace('.', '/') + '/' + name + ".class";
        to.putNextEntry(new JarEntry(entry));
        try (var from = HelloProvider.class.getResourceAsStream("/" + entry)) {
          java.util.Objects.requireNonNull(from).transferTo(to);
        }
        to.closeEntry();
      }
    }
  }

  @Test
  void eachTypeStandsThereWithPhasesOptionsAndOrigin() throws Exception {
    var status = run("types", "-c", file(""));

    assertThat(status).as(err.toString()).isEqualTo(ExitStatus.OK);
    assertThat(out.toString().lines())
        .contains("cities  version 1, from class path", "hello  version 1, from class path")
        .anySatisfy(
            line ->
                assertThat(line.replaceAll(" +", " ").strip())
                    .startsWith("store 16 key of payload 30s 10x, 100ms to 30s"));
  }

  @Test
  void typesAreOneObjectOfJsonToo() throws Exception {
    var status = run("types", "--json", "-c", file(""));

    assertThat(status).as(err.toString()).isEqualTo(ExitStatus.OK);
    var json = JsonMapper.builder().build().readTree(out.toString());
    var cities = json.get("types").get(0);
    assertThat(cities.get("name").asText()).isEqualTo("cities");
    assertThat(cities.get("source").asText()).isEqualTo("class path");
    assertThat(cities.get("version").asInt()).isEqualTo(1);
    var store = cities.get("phases").get(2);
    assertThat(store.get("name").asText()).isEqualTo("store");
    assertThat(store.get("concurrency").asInt()).isEqualTo(16);
    assertThat(store.get("timeout").asText()).isEqualTo("30s");
    assertThat(store.get("retry").get("attempts").asInt()).isEqualTo(10);
    assertThat(json.get("problems")).isEmpty();
  }

  @Test
  void eachJarThatCanNotBeUsedHasItsLineAndTheOthersAreListed() throws Exception {
    var file = file("");
    provider("gone.jar", HelloProvider.class, false);
    provider("hello.jar", HelloProvider.class, true);
    Files.writeString(folder.resolve("plugins/broken.jar"), "half");

    var status = run("types", "-c", file);

    assertThat(status).isEqualTo(ExitStatus.FAILED);
    assertThat(out.toString()).contains("hello  version 1, from class path");
    assertThat(err.toString().lines())
        .satisfiesExactly(
            one -> assertThat(one).startsWith("phaseline: broken.jar is not a jar"),
            two ->
                assertThat(two)
                    .startsWith("phaseline: gone.jar can't be loaded: ")
                    .contains("not found"),
            three ->
                assertThat(three)
                    .isEqualTo(
                        "phaseline: class path and hello.jar both bring version 1 of pipeline"
                            + " 'hello': remove one of them, or raise the version of the newer"
                            + " one"));
    err.getBuffer().setLength(0);

    assertThat(run("worker", "--check", "-c", file)).isEqualTo(ExitStatus.FAILED);
    assertThat(err.toString().lines()).as("the same lines at a start").hasSize(3);
  }

  @Test
  void aCheckSaysWhatWouldRunWithoutABroker() throws Exception {
    var file = file("phases:\n  cities.store: {concurrency: 3, lanes: 2}\n  hello.greet:\n");

    assertThat(run("worker", "--check", "-c", file)).as(err.toString()).isEqualTo(ExitStatus.OK);
    assertThat(out.toString().lines().map(line -> line.strip().replaceAll(" +", " ")))
        .containsExactly(
            "s1 would run 2 phases, with 19 handlers at once at most:",
            "PHASE PERMITS LANES ORDER TIMEOUT RETRY",
            "cities.store 3 2 key 30s 10x, 100ms to 30s",
            "hello.greet 16 1 key 30s 10x, 100ms to 30s");
    out.getBuffer().setLength(0);

    assertThat(run("worker", "--check", "--json", "-c", file)).isEqualTo(ExitStatus.OK);
    var json = JsonMapper.builder().build().readTree(out.toString());
    assertThat(json.get("server").asText()).isEqualTo("s1");
    assertThat(json.get("permits").asInt()).isEqualTo(19);
    assertThat(json.get("phases").get(0).get("lanes").asInt()).isEqualTo(2);
  }

  @Test
  void aCheckEndsAsAStartWouldForWhatIsNotThere() throws Exception {
    assertThat(run("worker", "--check", "-c", file("phases: {cities.stor: }\n")))
        .isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).contains("has no phase 'stor'", "store").hasLineCount(1);
    err.getBuffer().setLength(0);
    assertThat(run("worker", "--json", "-c", file(""))).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).contains("--json is for --check");
  }

  @Test
  void aFolderOfPluginsThatIsNotThereIsNamed() {
    assertThat(run("types", "--plugins", folder.resolve("none").toString()))
        .isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).contains("can't read the plugins' folder", "none");
  }
}
