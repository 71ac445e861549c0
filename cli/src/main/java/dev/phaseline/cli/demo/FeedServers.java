package dev.phaseline.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.examples.feeds.FeedsProvider;
import dev.phaseline.ops.control.WorkersView;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.control.RunState;
import dev.phaseline.server.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// The servers of the demo of feeds: processes of `phaseline worker`, each with a scheduler and a
/// server file of its own. Closing ends those that still run. For one thread.
final class FeedServers implements AutoCloseable {
  private static final String MAIN = "dev.phaseline.cli.AttachedMain";
  private static final int END_SECONDS = 10;

  private final Path folder;
  private final ServerConfig config;
  private final WorkersView workers;
  private final Map<String, Process> processes = new LinkedHashMap<>();

  /// @param folder for server files, output and state
  FeedServers(Path folder, ServerConfig config) {
    this.folder = folder;
    this.config = config;
    this.workers = WorkersView.open(config.kafka(), config.names());
  }

  /// Starts one.
  ///
  /// @param phases its placement: the lines below `phases:` in its server file; empty: everything
  /// @throws IOException when its file can't be written, or no process be started
  void start(String name, String phases) throws IOException {
    var file = folder.resolve(name + ".yaml");
    Files.writeString(
        file,
        """
        server: %s
        kafka:
          bootstrap.servers: %s
        scheduler: true
        settings:
          %s: '%s'
          %s: '%s'
        phases:
        %s\
        """
            .formatted(
                name,
                config.bootstrapServers(),
                ServerConfig.REGISTRY,
                config.settings().get(ServerConfig.REGISTRY),
                FeedsProvider.ROWS,
                rows(name).toString().replace("'", "''"),
                phases.indent(2)));
    var process =
        new ProcessBuilder(command(file, folder.resolve(name)))
            .redirectErrorStream(true)
            .redirectOutput(output(name).toFile())
            .start();
    processes.put(name, process);
  }

  private static List<String> command(Path file, Path state) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        System.getProperty("java.class.path"),
        MAIN,
        "worker",
        "--config",
        file.toString(),
        "--state-dir",
        state.toString());
  }

  private Path output(String name) {
    return folder.resolve(name + ".log");
  }

  /// The file of the rows that a server has imported.
  Path rows(String name) {
    return folder.resolve(name + ".rows");
  }

  /// Names of all that were started, the oldest first.
  List<String> names() {
    return List.copyOf(processes.keySet());
  }

  /// Kills one (SIGKILL).
  ///
  /// @return its process id
  long kill(String name) throws InterruptedException {
    var process = Objects.requireNonNull(processes.get(name));
    process.destroyForcibly().waitFor(END_SECONDS, TimeUnit.SECONDS);
    return process.pid();
  }

  /// Looks whether the others run.
  ///
  /// @param killed those that must not
  /// @throws CommandFailure naming one that has ended by itself, with its last line
  void look(List<String> killed) {
    processes.forEach(
        (name, process) -> {
          if (process.isAlive() || killed.contains(name)) return;
          throw CommandFailure.of(
              "%s has ended with exit status %d: %s (all of its output: %s)"
                  .formatted(name, process.exitValue(), lastLine(name), output(name)));
        });
  }

  private String lastLine(String name) {
    try (var lines = Files.lines(output(name), UTF_8)) {
      return lines.filter(line -> !line.isBlank()).reduce("", (_, last) -> last);
    } catch (IOException unreadable) {
      return "its output can't be read";
    }
  }

  private List<Heartbeat.PhaseBeat> phases(String server) {
    return workers.list().stream()
        .filter(worker -> worker.isLive() && worker.heartbeat().server().equals(server))
        .flatMap(worker -> worker.heartbeat().phases().stream())
        .toList();
  }

  /// The number of partitions that a server has, as far as it reports.
  int partitions(String server) {
    return phases(server).stream().mapToInt(Heartbeat.PhaseBeat::partitions).sum();
  }

  /// The number of partitions that live servers have, as far as they report.
  ///
  /// @param gone those that are left out
  int partitionsWithout(List<String> gone) {
    var others = new ArrayList<>(names());
    others.removeAll(gone);
    return others.stream().mapToInt(this::partitions).sum();
  }

  /// Whether a server is drained: nothing runs there, and it has no partition.
  boolean isDrained(String server) {
    var phases = phases(server);
    return !phases.isEmpty()
        && phases.stream()
            .allMatch(
                phase ->
                    phase.run() == RunState.DRAINED
                        && phase.partitions() == 0
                        && phase.held() == 0);
  }

  @Override
  public void close() {
    for (var process : processes.values()) process.destroyForcibly();
    try {
      for (var process : processes.values()) {
        var _ = process.waitFor(END_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    workers.close();
  }
}
