package dev.phaseline.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.Pipeline;
import dev.phaseline.http.ListenAddress;
import dev.phaseline.server.ServerConfig.Scheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerFileTest {
  @TempDir Path folder;

  private static final Pipeline CITIES =
      Pipeline.named("cities")
          .phase("fetch", Codec.text(), (text, _) -> Outcome.next(text))
          .phase("store", Codec.text(), (text, _) -> Outcome.done(text))
          .result(Codec.text())
          .build();

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("server.yaml"), text);
  }

  private void refused(String text, String... words) throws IOException {
    var file = file(text);
    assertThatThrownBy(() -> ServerFile.read(file))
        .isInstanceOf(ServerConfigException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContainingAll(words)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void everythingThatIsSaidIsRead() throws IOException {
    var config =
        ServerFile.read(
            file(
                """
                server: worker-7
                namespace: acme.prod
                kafka:
                  bootstrap.servers: kafka:9092
                  security.protocol: SSL
                settings: {schema.registry.url: "http://registry:8081"}
                plugins: jars
                timers: true
                listen: 0.0.0.0:9464
                phases:
                  cities.fetch:
                  cities.store: {concurrency: 32, timeout: 1m30s, lanes: 2}
                """));

    assertThat(config.server()).isEqualTo("worker-7");
    assertThat(config.scheduler()).isEqualTo(Scheduler.ELSEWHERE);
    assertThat(config.listen()).hasValue(new ListenAddress("0.0.0.0", 9464));
    assertThat(config.names().namespace()).isEqualTo("acme.prod");
    assertThat(config.kafka())
        .isEqualTo(Map.of("bootstrap.servers", "kafka:9092", "security.protocol", "SSL"));
    assertThat(config.plugins()).hasValue(folder.resolve("jars").toAbsolutePath());
    assertThat(config.phases().sequencedKeySet()).containsExactly("cities.fetch", "cities.store");
    var placements = Pipelines.of(List.of(CITIES)).placements(config);
    assertThat(placements).hasSize(2);
    assertThat(placements.getLast().options().concurrency()).isEqualTo(32);
    assertThat(placements.getLast().options().timeout()).isEqualTo(Duration.ofSeconds(90));
    assertThat(placements.getLast().lanes()).isEqualTo(2);
    assertThat(placements.getFirst().options()).isEqualTo(CITIES.first().options());
  }

  @Test
  void concurrencyIsANumberOrFound() throws IOException {
    assertThat(store("concurrency: 32"))
        .isEqualTo(CITIES.phase("store").options().withConcurrency(32));
    assertThat(store("concurrency: auto").autoConcurrency()).isTrue();
    assertThat(store("concurrency: auto").concurrency())
        .isEqualTo(PhaseOptions.AUTO_CONCURRENCY_MAX);
    assertThat(store("concurrency: {auto: 200}").autoConcurrency()).isTrue();
    assertThat(store("concurrency: {auto: 200}").concurrency()).isEqualTo(200);
    refused("phases: {cities.store: {concurrency: automatic}}", "auto or {auto: 200}", "automatic");
    refused("phases: {cities.store: {concurrency: {}}}", "concurrency", "{auto: 200}");
    refused("phases: {cities.store: {concurrency: {auto: 0}}}", "concurrency.auto", "from 1");
    refused("phases: {cities.store: {concurrency: {max: 9}}}", "unknown key", "concurrency.max");
  }

  private PhaseOptions store(String setting) throws IOException {
    var config = ServerFile.read(file("phases: {cities.store: {" + setting + "}}"));
    return Pipelines.of(List.of(CITIES)).placements(config).getFirst().options();
  }

  @Test
  void numbersOutOfRangeNameThePhase() {
    assertThatThrownBy(() -> store("concurrency: 200000"))
        .isInstanceOf(ServerConfigException.class)
        .hasMessageContaining("phases.cities.store")
        .hasMessageContaining("1..100000");
    assertThatThrownBy(() -> store("concurrency: 2, lanes: 3"))
        .isInstanceOf(ServerConfigException.class)
        .hasMessageContaining("phases.cities.store")
        .hasMessageContaining("more lanes than handlers");
  }

  @Test
  void schedulerInThisProcessServesTheNamespaceToo() throws IOException {
    assertThat(ServerFile.read(file("scheduler: true")).scheduler()).isEqualTo(Scheduler.HERE);
    assertThat(ServerFile.read(file("scheduler: true\ntimers: true")).scheduler())
        .isEqualTo(Scheduler.HERE);
    assertThat(ServerFile.read(file("scheduler: false\ntimers: true")).scheduler())
        .isEqualTo(Scheduler.ELSEWHERE);
    assertThat(ServerFile.read(file("scheduler: false")).scheduler()).isEqualTo(Scheduler.NONE);
  }

  @Test
  void addressToListenAtThatIsNoneIsRefusedWithTheRemedy() throws IOException {
    refused(
        "server: a\nlisten: localhost\n", "line 2", "listen", "names no port", "127.0.0.1:9464");
    refused("listen: 127.0.0.1:99999\n", "port 99999 is not in 0..65535");
  }

  @Test
  void emptyFileMeansDefaultsAndEveryPhase() throws IOException {
    var config = ServerFile.read(file("# nothing yet\n"));

    assertThat(Pipelines.of(List.of(CITIES)).placements(config)).hasSize(2);
    assertThatThrownBy(config::bootstrapServers)
        .hasMessageContaining("--bootstrap-servers")
        .hasMessageContaining(Environment.BOOTSTRAP_SERVERS);
  }

  @Test
  void environmentWinsOverTheFile() throws IOException {
    var config =
        Environment.over(
            ServerFile.read(file("kafka: {bootstrap.servers: a:1}\nnamespace: x\nserver: s\n")),
            Map.of(
                Environment.BOOTSTRAP_SERVERS, "b:2",
                Environment.REGISTRY_URL, "http://r:3",
                Environment.NAMESPACE, "y",
                Environment.SERVER, "t"));

    assertThat(config.bootstrapServers()).isEqualTo("b:2");
    assertThat(config.settings()).containsEntry("schema.registry.url", "http://r:3");
    assertThat(config.names().namespace()).isEqualTo("y");
    assertThat(config.server()).isEqualTo("t");
  }

  @Test
  void whatIsWrongIsNamed() throws IOException {
    refused("kafak: {}", "unknown key 'kafak'", "did you mean kafka?");
    refused(
        "phases: {cities.store: {concurency: 2}}",
        "phases.cities.store.concurency",
        "concurrency?");
    refused("phases: {cities.store: {concurrency: 0}}", "concurrency", "from 1", "0");
    refused("phases: {cities.store: {timeout: soon}}", "timeout", "30s", "soon");
    refused("phases: [cities.store]", "phases");
    refused("kafka: [a]", "kafka");
    refused("timers: perhaps", "timers", "true or false", "perhaps");
    refused("server: a\nscheduler: 1", ", line 2: scheduler", "true or false", "1");
    refused("timers: false\nscheduler: true", ", line 1: timers", "leave timers out");
    refused("schedule: true", "unknown key 'schedule'", "did you mean scheduler?");
    refused("kafka: {a: [1]}", "kafka.a");
    refused("namespace: Über", "namespace", "Über");
    refused("server: a\nserver: b", "line 2");
    refused("server: a\n\nkafak: {}", ", line 3: unknown key");
    refused("phases:\n  cities.fetch:\n  cities.store:\n    lanes: none\n", ", line 4: ", "lanes");
    refused("settings: {x: 1}\nnamespace: Über", ", line 2: namespace", "Über");
    refused("a: [", "YAML");
    refused("just words", "mapping");
  }

  /// What YAML takes for a number, a truth, a date or nothing, where text is due.
  @Test
  void textIsTheTextThatStandsInTheFile() throws IOException {
    var values =
        List.of(
            "0123456",
            "0755",
            "no",
            "on",
            "True",
            "1e3",
            "1.10",
            "0x1F",
            "1_000",
            "2026-11-30",
            "12:30:45",
            ".5",
            "+7",
            "-0",
            "9007199254740993",
            ".inf",
            "08",
            "0b1");
    for (var value : values) {
      var config =
          ServerFile.read(
              file(
                  "kafka: {sasl.password: %1$s}\nsettings: {x: %1$s, y: !!str %1$s, z: '%1$s'}\n"
                      .formatted(value)));
      assertThat(config.kafka()).isEqualTo(Map.of("sasl.password", value));
      assertThat(config.settings()).isEqualTo(Map.of("x", value, "y", value, "z", value));
    }
    var config = ServerFile.read(file("server: 0755\nnamespace: no\nplugins: 1e3\n"));
    assertThat(config.server()).isEqualTo("0755");
    assertThat(config.names().namespace()).isEqualTo("no");
    assertThat(config.plugins()).hasValue(folder.resolve("1e3").toAbsolutePath());
    assertThat(ServerFile.read(file("scheduler: TRUE")).scheduler()).isEqualTo(Scheduler.HERE);
    refused("scheduler: yes", "true or false", "'yes'");
    refused("phases: {a.b: {lanes: 08}}", "lanes", "'08'");
    refused("phases: {a.b: {lanes: 99999999999}}", "lanes", "from 1");
    refused("settings: {x: ~}", "settings.x", "single value");
  }

  @Test
  void yamlThatIsNotSupportedIsNamedWithItsLine() throws IOException {
    refused("kafka: {a: 1}\n---\nkafka: {a: 2}\n", ", line 3: ", "second document");
    refused(
        "phases:\n  a.b: &d {lanes: 2}\n  a.c: *d\n",
        ", line 2: ",
        "anchor",
        "write the value out");
    refused("settings: {x: &p secret, y: *p}", ", line 1: ", "alias");
    refused(
        "server: a\nphases:\n  a.b:\n    <<: {lanes: 2}\n",
        ", line 4: ",
        "<<",
        "write its keys out");
    refused("settings: {x: !!java.net.URL [http://a]}", "tag", "java.net.URL");
    refused("settings: {x: !secret y}", "tag (!secret)");
    refused("settings: {x: !!binary aGk=}", "tag");
    assertThat(ServerFile.read(file("---\nserver: a\n...\n")).server()).isEqualTo("a");
    assertThat(ServerFile.read(file("\ufeffserver: a\r\nnamespace: b\r\n")).server())
        .isEqualTo("a");
  }

  @Test
  void whatIsNoFileOfTextIsRefusedAtOnce() throws Exception {
    assertThatThrownBy(() -> ServerFile.read(folder)).hasMessageContaining("is a folder");
    refused("a".repeat(30 << 20), "more than 1024 KiB");
    var file = folder.resolve("binary.yaml");
    Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xff});
    assertThatThrownBy(() -> ServerFile.read(file)).hasMessageContaining("not text in UTF-8");
    assumeTrue(Files.exists(Path.of("/dev/zero")));
    assertThatThrownBy(() -> ServerFile.read(Path.of("/dev/zero")))
        .isInstanceOf(ServerConfigException.class)
        .hasMessageContaining("a pipe or a device");
    var pipe = folder.resolve("pipe");
    assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
    assertThatThrownBy(() -> ServerFile.read(pipe)).hasMessageContaining("a pipe or a device");
  }

  @Test
  void missingFileIsNamed() {
    assertThatThrownBy(() -> ServerFile.read(folder.resolve("no.yaml")))
        .hasMessage("there is no server file " + folder.resolve("no.yaml"));
  }

  @Test
  void unknownPipelineAndPhaseAreAnsweredWithNearOnes() throws IOException {
    var pipelines = Pipelines.of(List.of(CITIES));
    for (var wrong :
        Map.of(
                "citeis.store", "unknown pipeline 'citeis'; did you mean cities?",
                "cities.stroe", "pipeline 'cities' has no phase 'stroe'; did you mean store?",
                "cities.xyzzy", "pipeline 'cities' has no phase 'xyzzy'; there are: fetch, store",
                "cities",
                    "'cities' names no phase: use PIPELINE.PHASE, like cities.store or cities.*")
            .entrySet()) {
      var config = ServerFile.read(file("phases: {" + wrong.getKey() + ": {}}"));
      assertThatThrownBy(() -> pipelines.placements(config)).hasMessage(wrong.getValue());
    }
  }
}
