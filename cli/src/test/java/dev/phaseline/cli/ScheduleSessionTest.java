package dev.phaseline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.embedded.EmbeddedBroker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A session with `phaseline submit` and `phaseline schedule`, command by command, on a real broker
/// without a scheduler or a tracker: both are reported.
@Tag("broker")
final class ScheduleSessionTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String FILE =
      """
      schedules:
        greet-hourly:
          every: 1h
          offset: 5m
          timeout: 10m
          pipeline: hello
          payload: World at ${nominal}
        greet-nightly:
          cron: ['0 2 * * MON-FRI', '0 4 * * SAT']
          zone: Europe/Berlin
          runsMax: 12
          pipeline: hello
          payload: Berlin
      """;

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String servers = "";

  private int run(String... typed) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var arguments = new ArrayList<>(List.of(typed));
    arguments.addAll(List.of("--bootstrap-servers", servers));
    return Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), arguments.toArray(String[]::new));
  }

  private String done(String... typed) {
    assertThat(run(typed)).as("%s: %s", List.of(typed), err).isZero();
    return out.toString();
  }

  private JsonNode json(String... typed) {
    var arguments = new ArrayList<>(List.of(typed));
    arguments.add("--json");
    try {
      return JSON.readTree(done(arguments.toArray(String[]::new)));
    } catch (IOException notJson) {
      throw new AssertionError(out.toString(), notJson);
    }
  }

  private void refuses(String words, String... typed) {
    assertThat(run(typed)).as("%s: %s", List.of(typed), err).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString().lines()).singleElement().asString().contains(words);
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("schedules.yaml"), text).toString();
  }

  @Test
  void jobsAreSubmittedAndSchedulesPutChangedAndRemoved() throws Exception {
    try (var broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("kafka")))) {
      servers = String.valueOf(broker.clientConfig().get("bootstrap.servers"));
      done("topics", "create", "--partitions", "2", "hello");
      submitted();
      applied();
      looked();
      changed();
      refused();
    }
  }

  private void submitted() throws Exception {
    assertThat(
            json("submit", "hello", "--payload", "\"Ada\"", "--id", "a-1").path("topic").asText())
        .isEqualTo("pl.hello.greet");
    refuses("takes text", "submit", "hello", "--payload", "{}");
    assertThat(run("submit", "hello", "--payload", "\"x\"", "--wait")).isEqualTo(ExitStatus.FAILED);
    assertThat(err.toString()).contains("none runs", "phaseline console", "nothing was submitted");
    var lines = Files.writeString(folder.resolve("lines"), "\"a\"\n\"b\"\n{}\n");
    refuses("line 3", "submit", "hello", "--lines", lines.toString());
    Files.writeString(lines, "\"a\"\n\"b\"\n");
    assertThat(json("submit", "hello", "--lines", lines.toString()).path("jobs").asInt())
        .isEqualTo(2);
    var _ = run("audit", "hello"); // they wait: no worker runs
    assertThat(out.toString()).as("one and two").startsWith("3 jobs");
  }

  private void applied() throws Exception {
    var file = file(FILE);
    assertThat(done("schedule", "apply", file, "--dry-run"))
        .contains("+ greet-hourly", "    every: 1h", "2 new", "nothing was done");
    assertThat(done("schedule", "list")).contains("There is no schedule");
    done("schedule", "apply", file);
    assertThat(json("schedule", "list").path("schedules").findValuesAsText("id"))
        .containsExactly("greet-hourly", "greet-nightly");
    assertThat(done("schedule", "apply", file)).isEqualTo("0 new, 0 changed, 2 as they were\n");
    assertThat(done("schedule", "apply", file(FILE.replace("every: 1h", "every: 30m"))))
        .contains("~ greet-hourly", "every: 1h -> 30m", "1 changed");
  }

  private void looked() {
    assertThat(done("schedule", "list"))
        .contains("greet-hourly", "every 30m, offset 5m", "No scheduler runs");
    assertThat(done("schedule", "show", "greet-nightly"))
        .contains("Europe/Berlin", "0 2 * * MON-FRI", "runsMax");
    var next = done("schedule", "next", "greet-nightly");
    assertThat(next.lines()).hasSize(10).allMatch(line -> line.endsWith("Europe/Berlin"));
    assertThat(json("schedule", "next", "greet-hourly", "--count", "3").path("instants"))
        .hasSize(3);
    assertThat(done("schedule", "history", "greet-hourly")).contains("Nothing was decided");
    refuses("did you mean greet-nightly", "schedule", "show", "greet-nigtly");
  }

  private void changed() {
    assertThat(done("schedule", "pause", "greet-hourly", "--reason", "closed"))
        .contains("greet-hourly is paused");
    assertThat(done("schedule", "pause", "greet-hourly")).contains("is paused already");
    assertThat(json("schedule", "resume", "greet-hourly").path("changed").asBoolean()).isTrue();
    assertThat(json("schedule", "trigger", "greet-hourly").path("job").asText())
        .startsWith("greet-hourly~1+");
    done(
        "schedule",
        "backfill",
        "greet-hourly",
        "--from",
        "2020-01-01T00:00:00Z",
        "--until",
        "2020-01-02T00:00:00Z");
    done("schedule", "put", "loop", "hello", "--continuous", "--pause", "5s", "--payload", "x");
    assertThat(done("schedule", "next", "loop")).contains("continuous, pause 5s");
    done("schedule", "rm", "loop");
    done("schedule", "put", "loop", "hello", "--every", "1m", "--payload", "x");
    assertThat(json("schedule", "show", "loop").path("schedule").path("revision").asInt())
        .isEqualTo(1);
    assertThat(json("schedule", "trigger", "loop").path("job").asText())
        .as("the second of this id")
        .startsWith("loop~2+");
  }

  private void refused() throws Exception {
    refusesPut("'0 0 30 2 *'", "--cron", "0 0 30 2 *");
    refusesPut("'61 * * * *'", "--cron", "61 * * * *");
    refusesPut("zone 'Europe/Berlim'", "--cron", "@daily", "--zone", "Europe/Berlim");
    refusesPut(
        "until is 2029-01-01T00:00:00Z",
        "--every",
        "1h",
        "--from",
        "2030-01-01T00:00:00Z",
        "--until",
        "2029-01-01T00:00:00Z");
    refusesPut("every is 0s", "--every", "0s");
    refusesPut("one of cron, every and continuous", "--every", "1h", "--continuous");
    refuses("pipeline 'helo'", "schedule", "put", "bad", "helo", "--every", "1h");
    refuses("'a b'", "schedule", "put", "a b", "hello", "--every", "1h");
    refuses(
        "line 8: a second 'greet-hourly'",
        "schedule",
        "apply",
        file(FILE.replace("nightly", "hourly")));
    refuses(
        "schedule 'greet-nightly': zone",
        "schedule",
        "apply",
        file(FILE.replace("Berlin\n", "Berlim\n")));
    refuses("unknown key 'schedule'", "schedule", "apply", file("schedule: {}\nschedules: {}\n"));
    refuses(
        "in the future",
        "schedule",
        "backfill",
        "loop",
        "--from",
        "2020-01-01T00:00:00Z",
        "--until",
        "2999-01-01T00:00:00Z");
    assertThat(json("schedule", "list").path("schedules")).as("nothing was applied").hasSize(3);
  }

  private void refusesPut(String words, String... options) {
    var typed = new ArrayList<>(List.of("schedule", "put", "bad", "hello"));
    typed.addAll(List.of(options));
    refuses(words, typed.toArray(String[]::new));
  }
}
