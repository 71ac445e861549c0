package dev.phaseline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.phaseline.cli.text.Versions;
import dev.phaseline.http.ListenAddress;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.server.Environment;
import dev.phaseline.server.Pipelines;
import dev.phaseline.server.ServerConfig;
import dev.phaseline.server.ServerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What `docker-compose.yml` and the `Dockerfile` say, against what the code does.
final class ComposeTest {
  /// What Kafka's image itself understands, beside the broker's properties.
  private static final Set<String> OF_THE_IMAGE = Set.of("KAFKA_HEAP_OPTS", "KAFKA_OPTS");

  private final Path root = ScriptTree.root();
  private final JsonNode compose =
      YAMLMapper.builder().build().readTree(text("docker-compose.yml"));
  private final String dockerfile = text("Dockerfile");

  ComposeTest() throws IOException {}

  private String text(String file) throws IOException {
    return Files.readString(root.resolve(file));
  }

  private JsonNode service(String name) {
    var service = compose.path("services").path(name);
    assertThat(service.isObject()).as("service " + name).isTrue();
    return service;
  }

  private static String first(String pattern, String text) {
    var found = Pattern.compile(pattern).matcher(text);
    assertThat(found.find()).as(pattern).isTrue();
    return found.group(1);
  }

  @Test
  void versionsAreThoseOfTheBuild() throws IOException {
    var pom = text("pom.xml");
    assertThat(service("kafka").path("image").asText())
        .isEqualTo("apache/kafka:" + first("<kafka.version>(.*?)</", pom));
    assertThat(service("worker").path("image").asText())
        .isEqualTo("phaseline-sample:" + Versions.phaseline());
    assertThat(service("topics").path("image").asText())
        .isEqualTo(service("worker").path("image").asText());
    assertThat(service("registry").path("image").asText())
        .isEqualTo(
            "apicurio/apicurio-registry:"
                + first("<apicurio.version>(.*?)</", pom + text("embedded/pom.xml")));
  }

  @Test
  void nothingListensBeyondLoopback() {
    for (var service : compose.path("services")) {
      for (var port : service.path("ports")) assertThat(port.asText()).startsWith("127.0.0.1:");
    }
    assertThat(service("kafka").path("ports")).hasSize(1);
    assertThat(service("registry").path("ports")).hasSize(1);
  }

  @Test
  void workersFindKafkaAndTheRegistryByTheirNamesAndPorts() {
    var kafka = service("kafka").path("environment");
    for (var name : List.of("worker", "topics")) {
      var environment = service(name).path("environment");
      assertThat(kafka.path("KAFKA_ADVERTISED_LISTENERS").asText().split(",", -1))
          .contains("INSIDE://" + environment.path(Environment.BOOTSTRAP_SERVERS).asText());
      assertThat(environment.path(Environment.REGISTRY_URL).asText())
          .startsWith(
              "http://registry:"
                  + service("registry").path("environment").path("QUARKUS_HTTP_PORT").asText());
      assertThat(environment.path(Environment.NAMESPACE).asText())
          .isEqualTo(TopicNames.DEFAULT.namespace());
    }
    var outside = first("OUTSIDE://127.0.0.1:([0-9]+)", kafka.toString());
    assertThat(service("kafka").path("ports").get(0).asText())
        .isEqualTo("127.0.0.1:" + outside + ":" + outside);
  }

  @Test
  void everyVariableOfOursIsOneThatTheCodeReads() {
    var used = new TreeSet<String>();
    for (var service : compose.path("services")) {
      service.path("environment").fieldNames().forEachRemaining(used::add);
    }
    Pattern.compile("PHASELINE_[A-Z_]+")
        .matcher(dockerfile)
        .results()
        .forEach(m -> used.add(m.group()));
    used.removeIf(name -> !name.startsWith("PHASELINE_"));

    assertThat(used).isNotEmpty().isSubsetOf(Environment.NAMES);
  }

  /// Reflection, because only this test wants a class of the broker itself.
  @Test
  void everyKafkaSettingIsOneThatThisKafkaKnows() throws Exception {
    var definition = Class.forName("kafka.server.KafkaConfig").getMethod("configDef").invoke(null);
    @SuppressWarnings("unchecked")
    var known = (Set<String>) definition.getClass().getMethod("names").invoke(definition);
    var unknown = new ArrayList<String>();
    service("kafka")
        .path("environment")
        .fieldNames()
        .forEachRemaining(
            name -> {
              var property =
                  name.replaceFirst("KAFKA_", "").toLowerCase(Locale.ROOT).replace('_', '.');
              if (!OF_THE_IMAGE.contains(name) && !known.contains(property)) unknown.add(name);
            });

    assertThat(unknown).isEmpty();
  }

  @Test
  void kafkaLeavesRoomForWhatWorkersKeepInOffsets() {
    assertThat(service("kafka").path("environment").path("KAFKA_OFFSET_METADATA_MAX_BYTES").asInt())
        .isGreaterThanOrEqualTo(4_096);
  }

  @Test
  void aLookAtKafkaCostsNoJvm() {
    var look = service("kafka").path("healthcheck").path("test").toString();
    assertThat(look).contains("/dev/tcp/").doesNotContain(".sh");
  }

  @Test
  void theProcessHasTheGroupThatOwnsItsFolders() {
    assertThat(dockerfile)
        .contains("--gid 10001 phaseline")
        .contains("--uid 10001 --gid 10001")
        .contains("install -d -o 10001 -g 10001")
        .contains("USER 10001:10001");
  }

  @Test
  void theImageThatIsBuiltByDefaultHasNoExamples() throws IOException {
    assertThat(dockerfile).contains("FROM runtime AS sample").endsWith("FROM runtime\n");
    assertThat(service("topics").path("build").path("target").asText()).isEqualTo("sample");
    var server = ServerFile.read(root.resolve("deploy/server.yaml"));
    assertThat(server.phases()).isEmpty();
    assertThat(server.plugins()).contains(Path.of("/etc/phaseline/plugins"));
  }

  @Test
  void thePlugInsOfTheSampleImageAreOneFolderWithTheirLibraries() {
    // A jar beside others would be a plug-in of its own, which does not see them.
    assertThat(first("target/examples (\\S+)", dockerfile))
        .matches("/etc/phaseline/plugins/[a-z]+/");
  }

  @Test
  void everyServiceThatStaysIsWatched() {
    assertThat(service("kafka").path("healthcheck").path("test").toString())
        .contains("kafka/19092");
    assertThat(service("registry").path("healthcheck").path("test").asText()).contains(":8081/");
    assertThat(dockerfile).contains("HEALTHCHECK").contains("/tmp/phaseline-alive");
  }

  @Test
  void workersTellTheirMetricsWhereTheImageListens() {
    var port = ListenAddress.parse(first("PHASELINE_LISTEN=(\\S+)", dockerfile)).port();

    assertThat(service("worker").path("ports").get(0).asText())
        .isEqualTo("127.0.0.1:" + port + ":" + port);
    assertThat(dockerfile).contains("EXPOSE " + port);
  }

  @Test
  void dataIsKeptInNamedVolumes() {
    var declared = new TreeSet<String>();
    compose.path("volumes").fieldNames().forEachRemaining(declared::add);
    for (var service : compose.path("services")) {
      for (var volume : service.path("volumes")) {
        assertThat(declared).contains(volume.asText().replaceFirst(":.*", ""));
      }
    }
    assertThat(service("kafka").path("volumes")).isNotEmpty();
    assertThat(service("worker").path("volumes")).isNotEmpty();
  }

  @Test
  void commandsAreOnesThatTheImageUnderstands() {
    for (var service : List.of("topics", "worker")) {
      var arguments = new ArrayList<String>();
      service(service).path("command").forEach(word -> arguments.add(word.asText()));
      if (arguments.isEmpty()) arguments.add("worker");
      assertThatCode(() -> Main.commandLine().parseArgs(arguments.toArray(String[]::new)))
          .doesNotThrowAnyException();
    }
    assertThat(dockerfile)
        .contains('"' + Main.class.getName() + '"')
        .contains("USER 10001")
        .contains("eclipse-temurin:25-jre")
        .contains("maven:3.9-eclipse-temurin-25");
  }

  @Test
  void serverFileOfTheImageNamesPhasesThatExist(@org.junit.jupiter.api.io.TempDir Path folder)
      throws IOException {
    var config =
        ServerFile.read(root.resolve("deploy/sample.yaml"))
            .withSetting("cities.db", folder.resolve("cities.db").toString())
            .withSetting(ServerConfig.REGISTRY, "http://127.0.0.1:1");
    Files.createDirectories(folder.resolve("plugins"));
    var here = config.withPlugins(folder.resolve("plugins"));

    assertThat(Pipelines.of(here).placements(here)).hasSize(3);
  }
}
