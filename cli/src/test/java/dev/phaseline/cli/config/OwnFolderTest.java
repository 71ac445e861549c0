package dev.phaseline.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.phaseline.cli.text.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OwnFolderTest {
  @TempDir Path folder;

  @BeforeEach
  void needsRights() throws IOException {
    assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private Path open(String name) throws IOException {
    var made = Files.createDirectories(folder.resolve(name));
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxrwxr-x"));
    return made;
  }

  @Test
  void whatIsMadeIsTheOwnersAlone() throws IOException {
    OwnFolder.make(folder.resolve("a/b"));
    assertThat(rights(folder.resolve("a"))).isEqualTo("rwx------");
    assertThat(rights(folder.resolve("a/b"))).isEqualTo("rwx------");
    assertThat(rights(folder)).as("it was there").isEqualTo("rwxr-xr-x");
  }

  @Test
  void whatAnOlderReleaseLeftOpenIsClosed() throws IOException {
    var ours = open(".phaseline");
    var dev = open(".phaseline/dev");
    OwnFolder.make(dev);
    assertThat(rights(ours)).isEqualTo("rwx------");
    assertThat(rights(dev)).isEqualTo("rwx------");
    var demo = open("elsewhere/demo");
    OwnFolder.makeOurs(demo);
    assertThat(rights(demo)).isEqualTo("rwx------");
  }

  @Test
  void folderOfSomebodysKeepsItsRights() throws IOException {
    var shared = open("shared");
    OwnFolder.make(shared);
    assertThat(rights(shared)).isEqualTo("rwxrwxr-x");
  }

  @Test
  void logsAndStateAreInSuchFolders() throws IOException {
    var data = folder.resolve("data");
    try {
      Logs.toFile(data, false, _ -> {});
    } finally {
      Logs.off();
    }
    assertThat(rights(data)).isEqualTo("rwx------");
    assertThat(rights(data.resolve("log"))).isEqualTo("rwx------");
    DataOptions.made(folder.resolve("state"), "--state-dir");
    assertThat(rights(folder.resolve("state"))).isEqualTo("rwx------");
  }

  @Test
  void fileInItsPlaceIsNamed() throws IOException {
    var file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> DataOptions.made(file, "--state-dir"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("the folder " + file)
        .hasMessageContaining("--state-dir DIR");
  }
}
