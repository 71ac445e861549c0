package dev.phaseline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.cli.text.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoStateTest {
  private static final DemoState RUN =
      new DemoState(7, "cluster", 500, 42, false, Map.of("pl.cities.fetch", List.of(0L, 12L)));

  @TempDir Path folder;

  @Test
  void whatWasWrittenIsRead() {
    var file = folder.resolve("run.json");
    RUN.write(file);

    assertThat(DemoState.read(file)).hasValue(RUN);
  }

  @Test
  void aNewStateTakesTheOldOnesPlaceWhole() {
    var file = folder.resolve("run.json");
    RUN.write(file);
    RUN.asFinished().write(file);

    assertThat(DemoState.read(file)).hasValue(RUN.asFinished());
    assertThat(folder.resolve("run.json.new")).doesNotExist();
  }

  @Test
  void withoutFileThereIsNoRun() {
    assertThat(DemoState.read(folder.resolve("run.json"))).isEmpty();
  }

  @Test
  void damagedFileIsNamedWithTheRemedy() throws Exception {
    var file = folder.resolve("run.json");
    for (var text : List.of("", "{", "{}", "{\"run\":0}", "[1]", RUN.toString())) {
      Files.writeString(file, text);

      assertThatThrownBy(() -> DemoState.read(file))
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("--fresh");
    }
  }

  @Test
  void draftOfAKilledProcessIsNoRun() throws Exception {
    Files.writeString(folder.resolve("run.json.new"), "{\"run\":");

    assertThat(DemoState.read(folder.resolve("run.json"))).isEmpty();
    RUN.write(folder.resolve("run.json"));
    assertThat(DemoState.read(folder.resolve("run.json"))).hasValue(RUN);
  }
}
