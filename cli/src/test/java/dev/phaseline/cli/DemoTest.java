package dev.phaseline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.cli.text.ExitStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demo as it is, broker and all, in this process; short, because it starts for real.
@Tag("broker")
final class DemoTest {
  @TempDir Path data;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int demo(String... more) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var arguments = new java.util.ArrayList<>(java.util.List.of("demo", "--data", data.toString()));
    arguments.addAll(java.util.List.of(more));
    return Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), arguments.toArray(String[]::new));
  }

  private JsonNode summary() throws Exception {
    var lines = out.toString().lines().toList();
    return JsonMapper.builder().build().readTree(lines.getLast());
  }

  @Test
  void secondRunChangesNothingAndAWrongPartitionCountIsNamed() throws Exception {
    assertThat(demo("--json", "--limit", "400")).as(err.toString()).isZero();
    var first = summary();
    assertThat(out.toString().lines()).as("nothing else on standard output").hasSize(1);
    assertThat(first.path("run").asInt()).isEqualTo(1);
    assertThat(first.path("items").asInt()).isEqualTo(400);
    assertThat(first.path("done").asInt() + first.path("dead").asInt()).isEqualTo(400);
    assertThat(first.path("inserted").asInt()).isEqualTo(first.path("done").asInt());
    assertThat(first.path("rows").asInt()).isEqualTo(first.path("done").asInt());
    assertThat(first.path("balanced").asBoolean()).isTrue();

    assertThat(demo("--limit", "400", "--concurrency", "3")).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("Run 2: ")
        .contains("0 inserted, 0 updated, " + first.path("done").asInt() + " unchanged")
        .contains("The books balance")
        .contains("What to try next")
        .doesNotContain("\u001b");
    assertThat(err.toString()).isEmpty();
    assertThat(data.resolve("log/phaseline.log")).isNotEmptyFile();

    assertThat(demo("--json", "--limit", "400", "--partitions", "3")).isEqualTo(ExitStatus.FAILED);
    assertThat(err.toString().lines().toList().getLast())
        .startsWith("phaseline: topic pl.cities.")
        .contains("has 4 partitions, 3 are wanted", "--partitions", "--fresh");
  }

  @Test
  void damagedRunFileIsNamedAndFreshBeginsAnew() throws Exception {
    Files.createDirectories(data.resolve("demo"));
    Files.writeString(data.resolve("demo/run.json"), "{");

    assertThat(demo("--json", "--limit", "50")).isEqualTo(ExitStatus.FAILED);
    assertThat(err.toString().lines().toList().getLast()).contains("run.json", "--fresh");

    assertThat(demo("--json", "--limit", "50", "--fresh")).as(err.toString()).isZero();
    assertThat(summary().path("balanced").asBoolean()).isTrue();
  }
}
