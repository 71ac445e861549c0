package dev.phaseline.embedded.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A Kafka broker in a JVM of its own, started by Kafka's own command-line classes, so that these
/// tests depend on nothing else of this module.
final class LoneBroker implements AutoCloseable {
  private static final Duration START_MAX = Duration.ofSeconds(90);

  private final Path folder;
  private final int port;
  private Process process;

  private LoneBroker(Process process, Path folder, int port) {
    this.process = process;
    this.folder = folder;
    this.port = port;
  }

  static LoneBroker start(Path folder) throws IOException, InterruptedException {
    var port = freePort();
    var controllerPort = freePort();
    var properties = folder.resolve("server.properties");
    Files.writeString(
        properties,
        """
        process.roles=broker,controller
        node.id=1
        listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
        advertised.listeners=PLAINTEXT://127.0.0.1:%d
        controller.listener.names=CONTROLLER
        controller.quorum.voters=1@127.0.0.1:%d
        listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
        log.dirs=%s
        offsets.topic.replication.factor=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=1
        offsets.topic.num.partitions=1
        """
            .formatted(port, controllerPort, port, controllerPort, folder.resolve("data")));
    var id = "4L6g3nShT-eMCtK--X86sw";
    var format =
        java(
            folder,
            "format.log",
            "kafka.tools.StorageTool",
            "format",
            "-t",
            id,
            "-c",
            "" + properties);
    if (!format.waitFor(60, TimeUnit.SECONDS) || format.exitValue() != 0) {
      throw new IllegalStateException(
          "format failed: " + Files.readString(folder.resolve("format.log")));
    }
    var broker = new LoneBroker(run(folder), folder, port);
    broker.awaitStart();
    return broker;
  }

  /// Kills the broker, as a power cut would.
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /// Starts it again with the data and ports that it had.
  void restart() throws IOException, InterruptedException {
    process = run(folder);
    awaitStart();
  }

  private static Process run(Path folder) throws IOException {
    return java(folder, "broker.log", "kafka.Kafka", "" + folder.resolve("server.properties"));
  }

  private static Process java(Path folder, String log, String... arguments) throws IOException {
    var command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx400m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path"))));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(log).toFile())
        .start();
  }

  private void awaitStart() throws IOException, InterruptedException {
    var giveUp = System.nanoTime() + START_MAX.toNanos();
    while (System.nanoTime() - giveUp < 0) {
      if (!process.isAlive()) break;
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        return;
      } catch (IOException notYet) {
        process.waitFor(100, TimeUnit.MILLISECONDS);
      }
    }
    process.destroyForcibly();
    throw new IllegalStateException(
        "the broker did not start: " + Files.readString(folder.resolve("broker.log")));
  }

  Map<String, Object> clients() {
    return Map.of("bootstrap.servers", "127.0.0.1:" + port);
  }

  static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException none) {
      throw new UncheckedIOException(none);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
