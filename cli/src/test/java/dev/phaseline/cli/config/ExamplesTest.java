package dev.phaseline.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.cli.Main;
import dev.phaseline.cli.text.CommandFailure;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// An installation with and without the example pipelines.
final class ExamplesTest {

  @Test
  void anInstallationWithoutThemSaysWhereTheyAre() {
    var without = ClassLoader.getPlatformClassLoader();
    assertThatThrownBy(() -> Examples.required(without))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("./phaseline demo");
  }

  @Test
  void aSourceTreeHasThem() {
    assertThatCode(() -> Examples.required(ExamplesTest.class.getClassLoader()))
        .doesNotThrowAnyException();
  }

  /// The command line reflects on every command: one whose methods name an example can't be loaded
  /// where there are none, and no command runs.
  @Test
  void noMethodOfACommandNamesAnExample() {
    var commands = new ArrayDeque<>(List.of(Main.commandLine()));
    while (!commands.isEmpty()) {
      var command = commands.remove();
      commands.addAll(command.getSubcommands().values());
      var type = command.getCommand().getClass();
      assertThat(Arrays.stream(type.getDeclaredMethods()).map(String::valueOf))
          .as(type.getName())
          .noneMatch(method -> method.contains("dev.phaseline.examples"));
    }
  }
}
