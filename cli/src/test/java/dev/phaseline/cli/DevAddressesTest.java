package dev.phaseline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DevAddressesTest {
  private static final DevAddresses HERE =
      DevAddresses.here("127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3/");

  @TempDir private Path data;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void makeFolder() throws IOException {
    Files.createDirectories(data.resolve("dev"));
  }

  private int dead(String... more) {
    var arguments = new ArrayList<>(List.of("dead", "list", "cities"));
    arguments.addAll(List.of("--data", data.toString()));
    arguments.addAll(List.of(more));
    return Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), arguments.toArray(String[]::new));
  }

  @Test
  void whatIsAnnouncedIsFoundUntilItIsWithdrawn() {
    assertThat(DevAddresses.find(data)).isEmpty();
    HERE.announce(data);
    assertThat(DevAddresses.find(data)).contains(HERE);
    assertThat(HERE.isAlive()).isTrue();
    DevAddresses.withdraw(data);
    assertThat(DevAddresses.find(data)).isEmpty();
  }

  @Test
  void anotherProcessUnderTheSameNumberIsNotTheDev() {
    var before =
        new DevAddresses(HERE.pid(), HERE.startedMs() - 1, HERE.bootstrapServers(), "", "");
    assertThat(before.isAlive()).isFalse();
  }

  @Test
  void aDevThatWasKilledIsOneErrorWithTheRemedyAndAtOnce() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var ended = new ProcessBuilder(java, "-version").redirectErrorStream(true).start();
    ended.getInputStream().readAllBytes();
    ended.waitFor();
    new DevAddresses(ended.pid(), 1, "127.0.0.1:1", "http://127.0.0.1:2", "").announce(data);

    assertThat(dead()).isEqualTo(ExitStatus.FAILED);

    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains(
            data.toString(),
            "process " + ended.pid(),
            "killed",
            "phaseline dev",
            "--bootstrap-servers");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void whoNamesBrokersIsNotSentToTheDev() {
    HERE.announce(data);
    assertThat(dead("--bootstrap-servers", "nonsense")).isEqualTo(ExitStatus.FAILED);
    assertThat(err.toString()).contains("nonsense").doesNotContain("127.0.0.1:1");
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    Files.writeString(data.resolve("dev").resolve("addresses.json"), "{\"pid\":0}");
    assertThatThrownBy(() -> DevAddresses.find(data))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("addresses.json is damaged")
        .hasMessageContaining("phaseline dev");
  }
}
