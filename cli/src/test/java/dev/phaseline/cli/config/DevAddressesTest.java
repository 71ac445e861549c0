package dev.phaseline.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.cli.Main;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
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
  void aDevElsewhereIsFoundByTheWordThatItLeaves(@TempDir Path usual) throws Exception {
    assertThat(DevAddresses.findAnywhere(usual)).isEmpty();
    HERE.announce(data);
    DevAddresses.tellUsual(usual, data);
    assertThat(DevAddresses.findAnywhere(usual))
        .contains(new DevAddresses.Found(data.toAbsolutePath(), HERE));
    DevAddresses.withdraw(data);
    assertThat(DevAddresses.findAnywhere(usual)).as("its word outlived it").isEmpty();
    HERE.announce(data);
    DevAddresses.untellUsual(usual);
    assertThat(DevAddresses.findAnywhere(usual)).isEmpty();
    DevAddresses.tellUsual(data, data);
    assertThat(data.resolve("dev").resolve("elsewhere")).doesNotExist();
  }

  @Test
  void theDevOfTheUsualFolderComesFirstAndTwoElsewhereAreNamed(@TempDir Path usual)
      throws Exception {
    HERE.announce(data);
    DevAddresses.tellUsual(usual, data);
    var other = usual.resolve("other");
    Files.createDirectories(other.resolve("dev"));
    HERE.announce(other);
    Files.writeString(usual.resolve("dev/elsewhere/1"), other.toString());
    Files.writeString(usual.resolve("dev/elsewhere/4"), other.toString());
    Files.writeString(usual.resolve("dev/elsewhere/2"), "\u0000");
    Files.writeString(usual.resolve("dev/elsewhere/3"), "/nowhere");
    assertThatThrownBy(() -> DevAddresses.findAnywhere(usual))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("several devs run")
        .hasMessageContaining("--data " + other);
    HERE.announce(usual);
    assertThat(DevAddresses.findAnywhere(usual)).contains(new DevAddresses.Found(usual, HERE));
  }

  @Test
  void aFolderThatWasNamedAndHasNoDevIsSaidSo() {
    assertThat(dead()).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).contains("no dev runs in " + data, "phaseline dev --data " + data);
    err.getBuffer().setLength(0);
    var status =
        Main.run(new PrintWriter(out), new PrintWriter(err), "jobs", "--data", data.toString());
    assertThat(status).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).contains("no dev runs in " + data);
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    Files.writeString(data.resolve("dev").resolve("addresses.json"), "{\"pid\":0}");
    assertThatThrownBy(() -> DevAddresses.find(data))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("addresses.json is damaged")
        .hasMessageContaining("phaseline dev");
  }
}
