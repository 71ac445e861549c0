package dev.phaseline.cli.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class ApiOptionsTest {
  @TempDir Path folder;

  @CommandLine.Command
  private static final class Holder {
    @CommandLine.Mixin private final ConsoleOptions options = new ConsoleOptions();
  }

  private static String secret(Map<String, String> environment, String... arguments) {
    var holder = new Holder();
    new CommandLine(holder).parseArgs(arguments);
    return holder.options.secret(environment);
  }

  @Test
  void tokenMayComeFromAFileThatOtherUsersDontSee() throws Exception {
    var file = Files.writeString(folder.resolve("token"), "pl_abc\n").toString();
    var other = Files.writeString(folder.resolve("other"), "pl_other").toString();
    assertThat(secret(Map.of())).isEmpty();
    assertThat(secret(Map.of(), "--token-file", file)).isEqualTo("pl_abc");
    assertThat(secret(Map.of(ConsoleOptions.TOKEN_FILE, other))).isEqualTo("pl_other");
    assertThat(secret(Map.of(ConsoleOptions.TOKEN, "pl_env"))).isEqualTo("pl_env");
    var both = Map.of(ConsoleOptions.TOKEN, "pl_env", ConsoleOptions.TOKEN_FILE, other);
    assertThat(secret(both)).isEqualTo("pl_env");
    assertThat(secret(both, "--token-file", file)).as("options win").isEqualTo("pl_abc");
    assertThat(secret(both, "--token", "pl_typed")).isEqualTo("pl_typed");
  }

  @Test
  void tokenFileThatHoldsNoneIsNamed() throws Exception {
    assertThatThrownBy(() -> secret(Map.of(), "--token-file", folder + "/no"))
        .hasMessage("there is no token file " + folder + "/no");
    assertThatThrownBy(() -> secret(Map.of(), "--token-file", folder.toString()))
        .hasMessageContaining("is a folder");
    var empty = Files.writeString(folder.resolve("empty"), "\n").toString();
    assertThatThrownBy(() -> secret(Map.of(), "--token-file", empty))
        .hasMessage("token file " + empty + " is empty");
    var tokens = Files.writeString(folder.resolve("tokens"), "# who\nann viewer x\n").toString();
    assertThatThrownBy(() -> secret(Map.of(), "--token-file", tokens))
        .hasMessageContaining("more than one line");
    assertThatThrownBy(() -> secret(Map.of(), "--token", "a", "--token-file", tokens))
        .hasMessageContaining("exclude each other");
  }
}
