package dev.phaseline.systemtests.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The Java release of the class files that services on Java 21 load. Their own tests run on these
/// same files, which the compiler checked against the API of Java 21; that the setting is still
/// there is looked at here, for a compiler without it would say nothing.
final class JavaReleaseTest {
  private static final int JAVA_21 = 65;
  private static final int JAVA_25 = 69;

  @Test
  void clientsOfJava21CanLoadSchemasAndProducer() throws IOException {
    for (var module : List.of("schemas", "producer")) {
      assertThat(versions(module)).as(module).containsExactly(JAVA_21);
    }
    assertThat(versions("core")).as("core").containsExactly(JAVA_25);
  }

  /// The versions of all class files of a module, from its folder or its jar. Its descriptor is
  /// older: it has to be read by the jar tool of the Java that runs Maven.
  private static Set<Integer> versions(String module) throws IOException {
    var place = Path.of(Snippet.modulePath(Set.of(module), Set.of()));
    if (Files.isDirectory(place)) return versions(place);
    try (var jar = FileSystems.newFileSystem(place)) {
      return versions(jar.getPath("/"));
    }
  }

  private static Set<Integer> versions(Path root) throws IOException {
    var found = new TreeSet<Integer>();
    try (var files = Files.walk(root)) {
      for (var file : files.filter(JavaReleaseTest::isClass).toList()) {
        try (var in = new DataInputStream(Files.newInputStream(file))) {
          assertThat(in.readInt()).as("%s is a class file", file).isEqualTo(0xCAFEBABE);
          in.readUnsignedShort(); // minor version
          found.add(in.readUnsignedShort());
        }
      }
    }
    return found;
  }

  private static boolean isClass(Path file) {
    return file.toString().endsWith(".class") && !file.endsWith("module-info.class");
  }
}
