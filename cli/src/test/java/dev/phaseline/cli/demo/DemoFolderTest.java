package dev.phaseline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.cli.text.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoFolderTest {
  @TempDir Path data;

  @Test
  void secondDemoInOneFolderIsRefused() {
    try (var first = DemoFolder.open(data)) {
      assertThat(first.path()).isDirectory();
      assertThatThrownBy(() -> DemoFolder.open(data))
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining("already at work in " + data)
          .hasMessageContaining("--data DIR");
    }
    DemoFolder.open(data).close();
  }

  @Test
  void fileInPlaceOfTheFolderIsNamed() throws Exception {
    var file = Files.createFile(data.resolve("taken"));

    assertThatThrownBy(() -> DemoFolder.open(file))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("can't write to data folder " + file)
        .hasMessageContaining("--data DIR");
  }

  @Test
  void wipingTakesEverythingButTheLock() throws Exception {
    var beside = Files.createFile(data.resolve("mine.txt"));
    try (var folder = DemoFolder.open(data)) {
      Files.createDirectories(folder.broker().resolve("pl.cities.fetch-0"));
      Files.createFile(folder.broker().resolve("pl.cities.fetch-0/0.log"));
      Files.createFile(folder.database());
      Files.createFile(folder.runFile());

      folder.wipe();

      assertThat(folder.path().toFile().list()).containsExactly("lock");
      assertThat(beside).exists();
      assertThatThrownBy(() -> DemoFolder.open(data)).hasMessageContaining("already at work");
    }
  }
}
