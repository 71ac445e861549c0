package dev.phaseline.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class BenchMainTest {
  private final StringWriter errors = new StringWriter();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private int run(String... args) {
    return BenchMain.run(new PrintStream(out, true, UTF_8), new PrintWriter(errors, true), args);
  }

  @Test
  void unknownBenchIsRefusedWithTheNamesThatThereAre() {
    assertThat(run("chian")).isEqualTo(2);

    assertThat(errors.toString()).contains("no bench 'chian'; there are [chain, hop, slow");
    assertThat(out.size()).as("nothing that looks like figures").isZero();
  }

  @Test
  void unknownContenderIsRefusedWithTheNamesThatThereAre() {
    assertThat(run("chain", "--contenders", "phaseline,stream")).isEqualTo(2);

    assertThat(errors.toString()).contains("no contender 'stream'; there are [phaseline,");
  }

  @Test
  void numbersThatMeanNothingAreRefused() {
    assertThat(run("chain", "--rounds", "-1")).isEqualTo(2);
    assertThat(run("chain", "--items", "-1")).isEqualTo(2);
    assertThat(run("chain", "--items", "many")).isEqualTo(2);

    assertThat(errors.toString())
        .contains("--rounds is negative", "--items is negative", "'many' is not an int");
  }

  @Test
  void pendingTimersAreForTheBenchThatHasThem() {
    assertThat(run("timers", "--pending", "-1")).isEqualTo(2);
    assertThat(run("chain", "--pending", "1000")).isEqualTo(2);

    assertThat(errors.toString())
        .contains("--pending is negative", "--pending is for bench 'timers' alone");
  }

  @Test
  void contenderThatCannotRunInABenchIsRefusedBeforeAnythingStarts() {
    assertThat(run("chain", "--contenders", "jobrunr")).isEqualTo(2);
    assertThat(run("jobs", "--contenders", "streams")).isEqualTo(2);

    assertThat(errors.toString())
        .contains("bench 'chain' can't run 'jobrunr'", "bench 'jobs' can't run 'streams'");
  }

  @Test
  void everyBenchHasANameAndALineThatSaysWhatItAsks() {
    assertThat(Benches.names())
        .doesNotHaveDuplicates()
        .contains(
            "chain",
            "hop",
            "slow",
            "latency",
            "straggler",
            "eos-cost",
            "growth",
            "memory",
            "restart",
            "jobs",
            "timers",
            "tracker",
            "control");
    assertThat(Benches.all()).allSatisfy(bench -> assertThat(bench.summary()).isNotBlank());
  }
}
