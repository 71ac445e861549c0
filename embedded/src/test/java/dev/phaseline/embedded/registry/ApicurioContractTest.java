package dev.phaseline.embedded.registry;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/// The contract against Apicurio Registry; see the profile `apicurio` in this module's pom.
@Tag("apicurio")
final class ApicurioContractTest extends RegistryContract {
  private static final Duration START_MAX = Duration.ofMinutes(2);

  private static @Nullable Process server;
  private static URI url = URI.create("http://127.0.0.1:1");

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    var home = System.getProperty("apicurio.home");
    if (home == null) {
      throw new IllegalStateException("the property apicurio.home is not set; use -Papicurio");
    }
    var port = FreePort.find();
    url = URI.create("http://127.0.0.1:" + port + "/apis/ccompat/v7");
    var log = folder.resolve("apicurio.log");
    server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-jar",
                Path.of(home, "quarkus-run.jar").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    awaitStart(server, log);
  }

  private static void awaitStart(Process process, Path log) throws Exception {
    var giveUp = System.nanoTime() + START_MAX.toNanos();
    var http = new RawHttp(url);
    while (process.isAlive() && System.nanoTime() - giveUp < 0) {
      try {
        if (http.get("/subjects").status() == 200) return;
      } catch (IOException notYet) {
        // it listens only when it is ready
      }
      process.waitFor(200, TimeUnit.MILLISECONDS);
    }
    stop();
    throw new IllegalStateException("Apicurio did not start: " + Files.readString(log));
  }

  @AfterAll
  static void stop() {
    if (server != null) server.destroyForcibly().onExit().join();
  }

  @Override
  URI url() {
    return url;
  }
}
