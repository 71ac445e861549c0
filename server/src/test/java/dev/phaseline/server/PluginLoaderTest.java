package dev.phaseline.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Pipeline;
import dev.phaseline.core.PipelineProvider;
import dev.phaseline.schemas.TopicNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Class loading of plug-ins. Drivers of databases and many other libraries look for their parts
/// with the context class loader, so those in a plug-in's folder must be seen by it.
final class PluginLoaderTest {
  private static final String DRIVER = "acme/driver.txt";

  @TempDir private Path plugins;

  /// A provider that looks for its parts when it is made, and when it is asked.
  public static final class Looking implements PipelineProvider {
    public Looking() {
      look();
    }

    @Override
    public List<Pipeline> pipelines(Map<String, String> settings) {
      look();
      return List.of();
    }

    private static void look() {
      if (!isDriverSeen()) throw new IllegalStateException("No suitable driver");
    }
  }

  private static boolean isDriverSeen() {
    return Thread.currentThread().getContextClassLoader().getResource(DRIVER) != null;
  }

  private ServerConfig config() throws IOException {
    try (var jar = new JarOutputStream(Files.newOutputStream(plugins.resolve("acme.jar")))) {
      jar.putNextEntry(new JarEntry("META-INF/services/" + PipelineProvider.class.getName()));
      jar.write(Looking.class.getName().getBytes(UTF_8));
      jar.closeEntry();
    }
    try (var jar = new JarOutputStream(Files.newOutputStream(plugins.resolve("driver.jar")))) {
      jar.putNextEntry(new JarEntry(DRIVER));
      jar.closeEntry();
    }
    return new ServerConfig(
        "s1",
        TopicNames.DEFAULT,
        Map.of(),
        Map.of(),
        new TreeMap<>(),
        Optional.of(plugins),
        ServerConfig.Scheduler.NONE,
        Optional.empty());
  }

  @Test
  void providersAndThreadsOfAWorkerFindWhatIsInTheFolderOfPlugIns() throws IOException {
    var thread = Thread.currentThread();
    var before = thread.getContextClassLoader();
    var pipelines = Pipelines.of(config());
    assertThat(thread.getContextClassLoader()).as("put back").isSameAs(before);
    try {
      pipelines.useClassLoader();
      var seen = new CompletableFuture<Boolean>();
      Thread.ofPlatform()
          .start(() -> Thread.ofVirtual().start(() -> seen.complete(isDriverSeen())));
      assertThat(seen.join()).as("by a runner of a lane").isTrue();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
