package dev.phaseline.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A plug-in that can't be used ends the start with one line that names it, whatever it throws: a
/// class that its jar misses is the usual fault, and no exception.
final class BrokenPluginTest {
  @TempDir private Path plugins;

  /// A provider whose jar misses a library.
  public static final class Incomplete implements PipelineProvider {
    @Override
    public List<Pipeline> pipelines(Map<String, String> settings) {
      throw new NoClassDefFoundError("acme/Gateway");
    }
  }

  /// A provider that can't even be made.
  public static final class Unmakable implements PipelineProvider {
    public Unmakable() {
      throw new ExceptionInInitializerError("no settings");
    }

    @Override
    public List<Pipeline> pipelines(Map<String, String> settings) {
      return List.of();
    }
  }

  /// A provider that breaks its promise.
  public static final class Empty implements PipelineProvider {
    @Override
    @SuppressWarnings("NullAway") // others' code does this
    public List<Pipeline> pipelines(Map<String, String> settings) {
      return null;
    }
  }

  /// A provider whose exception breaks on whoever looks at it.
  public static final class Unspeakable implements PipelineProvider {
    @Override
    public List<Pipeline> pipelines(Map<String, String> settings) {
      throw new MessageThrows();
    }
  }

  private static final class MessageThrows extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no connection");
    }
  }

  private PluginException refusal(String provider) throws IOException {
    try (var jar = new JarOutputStream(Files.newOutputStream(plugins.resolve("acme.jar")))) {
      jar.putNextEntry(new JarEntry("META-INF/services/" + PipelineProvider.class.getName()));
      jar.write(provider.getBytes(UTF_8));
      jar.closeEntry();
    }
    var config =
        new ServerConfig(
            "s1",
            TopicNames.DEFAULT,
            Map.of(),
            Map.of(ServerConfig.REGISTRY, "http://127.0.0.1:1"),
            new TreeMap<>(),
            Optional.of(plugins),
            ServerConfig.Scheduler.NONE,
            Optional.empty());
    var failure = catchThrowableOfType(PluginException.class, () -> Pipelines.of(config));
    assertThat(failure.getMessage()).doesNotContain("\n");
    return failure;
  }

  @Test
  void aMissingClassIsNamedWithItsProvider() throws IOException {
    assertThat(refusal(Incomplete.class.getName()))
        .hasMessageContaining("Incomplete: ")
        .hasMessageContaining("NoClassDefFoundError: acme/Gateway");
  }

  @Test
  void aProviderThatCanNotBeMadeOrFoundIsNamed() throws IOException {
    assertThat(refusal(Unmakable.class.getName())).hasMessageContaining("Unmakable");
    assertThat(refusal("acme.Nowhere")).hasMessageContaining("acme.Nowhere");
  }

  @Test
  void aProviderWithoutAListOrWithAnUnspeakableExceptionIsNamed() throws IOException {
    assertThat(refusal(Empty.class.getName())).hasMessageContaining("Empty: ");
    assertThat(refusal(Unspeakable.class.getName()))
        .hasMessageContaining("Unspeakable: ")
        .hasMessageContaining("can't be read");
  }
}
