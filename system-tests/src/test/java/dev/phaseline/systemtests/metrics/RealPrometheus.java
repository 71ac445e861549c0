package dev.phaseline.systemtests.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.phaseline.http.ListenAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A Prometheus of this machine with the configuration and the rules that operators are given, but
/// for the target, and for times that a test can wait for.
final class RealPrometheus implements AutoCloseable {
  private static final Duration BOUND = Duration.ofMinutes(3);

  /// Something that comes true in time.
  @FunctionalInterface
  interface Condition {
    boolean holds() throws Exception;
  }

  private final Process process;
  private final String address;
  private final Path log;

  private RealPrometheus(Process process, String address, Path log) {
    this.process = process;
    this.address = address;
    this.log = log;
  }

  static RealPrometheus start(Path program, Path folder, ListenAddress target) throws Exception {
    var given = Files.readString(OpsFiles.PROMETHEUS.resolve("prometheus.yml"));
    var config = folder.resolve("prometheus.yml");
    Files.writeString(
        config, given.replace("127.0.0.1:9464", target.toString()).replace("15s", "1s"));
    Files.copy(
        OpsFiles.PROMETHEUS.resolve("phaseline.rules.yml"), folder.resolve("phaseline.rules.yml"));
    var log = folder.resolve("prometheus.log");
    var address = "127.0.0.1:" + freePort();
    var process =
        new ProcessBuilder(
                program.toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=" + address)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    var prometheus = new RealPrometheus(process, address, log);
    try {
      prometheus.await("it is ready", prometheus::isReady);
    } catch (AssertionError never) {
      prometheus.close();
      throw never;
    }
    return prometheus;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean isReady() throws Exception {
    if (!process.isAlive()) throw new AssertionError("ended: " + Files.readString(log));
    try {
      return LiveRun.get("http://" + address + "/-/ready").contains("Ready");
    } catch (IOException notYet) {
      return false;
    }
  }

  /// Waits until something is so.
  void await(String what, Condition condition) throws Exception {
    var deadline = System.nanoTime() + BOUND.toNanos();
    while (!condition.holds()) {
      if (deadline - System.nanoTime() < 0) {
        throw new AssertionError("not within " + BOUND + ": " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
    }
  }

  /// What a query finds now.
  JsonNode query(String query) throws Exception {
    var answer = api("query?query=" + URLEncoder.encode(query, UTF_8));
    return answer.path("result");
  }

  /// A part of the HTTP API.
  JsonNode api(String path) throws Exception {
    var answer = OpsFiles.JSON.readTree(LiveRun.get("http://" + address + "/api/v1/" + path));
    if (!answer.path("status").asText().equals("success")) {
      throw new AssertionError(path + ": " + answer);
    }
    return answer.path("data");
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
