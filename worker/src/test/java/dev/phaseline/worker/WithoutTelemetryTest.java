package dev.phaseline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// A worker in a service that has neither Micrometer nor OpenTelemetry: the same classes, in a
/// class loader without those libraries.
final class WithoutTelemetryTest extends BrokerTest {
  private static final List<String> ABSENT = List.of("micrometer-", "opentelemetry-");

  private static URLClassLoader without() throws IOException {
    var urls = new ArrayList<URL>();
    for (var entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
      var place = Path.of(entry);
      var name = place.getFileName().toString();
      if (ABSENT.stream().noneMatch(name::startsWith)) urls.add(place.toUri().toURL());
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  @Test
  void itRunsAPipeline() throws Exception {
    var servers = rig.client().get("bootstrap.servers");
    try (var loader = without()) {
      assertThatExceptionOfType(ClassNotFoundException.class)
          .isThrownBy(() -> loader.loadClass("io.opentelemetry.api.OpenTelemetry"));
      assertThatExceptionOfType(ClassNotFoundException.class)
          .isThrownBy(() -> loader.loadClass("io.micrometer.core.instrument.MeterRegistry"));
      @SuppressWarnings("unchecked") // a class of this package's, seen through another loader
      var run =
          (Function<Map<String, Object>, String>)
              loader.loadClass("dev.phaseline.worker.PlainWorker").getConstructor().newInstance();
      var before = Thread.currentThread().getContextClassLoader();
      Thread.currentThread().setContextClassLoader(loader);
      try {
        assertThat(run.apply(Map.of("bootstrap.servers", servers)))
            .startsWith("true WorkerConfig[");
      } finally {
        Thread.currentThread().setContextClassLoader(before);
      }
    }
  }

  /// Frameworks list the methods of what they are given.
  @Test
  void onlyTheTwoClassesForThemCanNotBeLookedAt() throws Exception {
    try (var loader = without()) {
      for (var type :
          List.of("Worker", "WorkerConfig", "WorkerConfig$Telemetry", "Placement", "PhaseStatus")) {
        var seen = loader.loadClass("dev.phaseline.worker." + type);
        assertThat(seen.getDeclaredMethods()).as(type).isNotEmpty();
        assertThat(seen.getDeclaredFields()).as(type).isNotNull();
      }
      for (var type : List.of("MicrometerMeters", "OpenTelemetrySpans")) {
        var seen = loader.loadClass("dev.phaseline.worker." + type);
        assertThatExceptionOfType(NoClassDefFoundError.class)
            .as(type)
            .isThrownBy(seen::getDeclaredMethods);
      }
    }
  }
}
