package dev.phaseline.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.embedded.BrokerStartException.Reason;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The [EmbeddedBroker] in a JVM of its own, so that either side can be killed without the other.
///
/// The child ends by itself when this process does, however that dies: it watches its standard
/// input. What Kafka has to say at level WARN and above goes to [#logFile], beside the data folder.
///
/// Thread-safe.
public final class BrokerProcess implements AutoCloseable {
  private static final int START_MAX_S = 90;
  private static final int STOP_MAX_S = 30;
  private static final long LOG_BYTES_MAX = 1 << 20;

  /// Small, because the broker shares the machine; serial, because it has few cores to collect on;
  /// first compiler only, because in the minute that a broker of tests lives, the second one takes
  /// a third of its CPU and pays nothing back.
  private static final List<String> JVM_ARGS =
      List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final Process process;
  private final Path logFile;
  private final String bootstrapServers;

  private BrokerProcess(Process process, Path logFile, String bootstrapServers) {
    this.process = process;
    this.logFile = logFile;
    this.bootstrapServers = bootstrapServers;
  }

  /// Starts a broker in a child process and waits until it serves clients. Its JVM is set up for a
  /// short life: 512 MiB, one thread that collects, first compiler only.
  ///
  /// @throws BrokerStartException as [EmbeddedBroker#start] would throw it; no child is left
  public static BrokerProcess start(EmbeddedBroker.Config config) {
    return start(config, JVM_ARGS);
  }

  /// Starts a broker in a child process with these JVM arguments, for one that lives longer.
  ///
  /// @throws BrokerStartException as [EmbeddedBroker#start] would throw it; no child is left
  public static BrokerProcess start(EmbeddedBroker.Config config, List<String> jvmArgs) {
    var folder = config.dataDir().toAbsolutePath().normalize();
    var logFile = folder.resolveSibling(folder.getFileName() + ".log");
    Process process;
    try {
      process =
          new ProcessBuilder(command(config, jvmArgs)).redirectError(errorsTo(logFile)).start();
    } catch (IOException failed) {
      throw new BrokerStartException(
          Reason.FAILED,
          "can't start a JVM for the broker: " + failed.getMessage() + "; check java.home",
          failed);
    }
    var line = firstLine(process, logFile);
    if (line != null && line.startsWith(EmbeddedBrokerMain.READY)) {
      return new BrokerProcess(
          process, logFile, line.substring(EmbeddedBrokerMain.READY.length()).strip());
    }
    kill(process);
    throw failure(line, logFile);
  }

  /// `host:port` for clients.
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /// Client properties for this broker.
  public Map<String, Object> clientConfig() {
    return Map.of("bootstrap.servers", bootstrapServers);
  }

  /// The port that was asked for or found.
  public int port() {
    return Integer.parseInt(bootstrapServers.substring(bootstrapServers.lastIndexOf(':') + 1));
  }

  /// The child's process id.
  public long pid() {
    return process.pid();
  }

  /// Whether the child is there.
  public boolean isAlive() {
    return process.isAlive();
  }

  /// The file of the child's warnings.
  public Path logFile() {
    return logFile;
  }

  /// Kills the child as `kill -9` does and waits until it is gone: port and lock are then free.
  public void kill() {
    kill(process);
  }

  /// Lets the child stop cleanly and waits for it; kills it when that takes longer than 30 s.
  /// Idempotent.
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException alreadyGone) {
      // then it is about to end, or has
    }
    try {
      if (process.waitFor(STOP_MAX_S, TimeUnit.SECONDS)) return;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    kill(process);
  }

  private static List<String> command(EmbeddedBroker.Config config, List<String> jvmArgs) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmArgs);
    command.add("-Dlogback.configurationFile=dev/phaseline/embedded/broker-logback.xml");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(classPath());
    command.add(EmbeddedBrokerMain.class.getName());
    command.addAll(List.of("--data-dir", config.dataDir().toString()));
    command.addAll(List.of("--port", Integer.toString(config.port())));
    command.addAll(List.of("--host", config.host()));
    command.addAll(List.of("--free-bytes-min", Long.toString(config.freeBytesMin())));
    config.properties().forEach((k, v) -> command.addAll(List.of("--property", k + "=" + v)));
    return command;
  }

  /// The class path of this process, absolute, because it may have been given relative to a folder
  /// that is not the child's.
  private static String classPath() {
    var entries = new ArrayList<String>();
    for (var entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, entries);
  }

  private static Redirect errorsTo(Path logFile) {
    try {
      var parent = logFile.getParent();
      if (parent != null) Files.createDirectories(parent);
      if (Files.exists(logFile) && Files.size(logFile) > LOG_BYTES_MAX) Files.delete(logFile);
      Files.write(logFile, new byte[0], java.nio.file.StandardOpenOption.CREATE);
      return Redirect.appendTo(logFile.toFile());
    } catch (IOException unwritable) {
      return Redirect.DISCARD; // the child will say what is wrong with the folder
    }
  }

  /// The child's first line, or null when it ends without one. The rest of its output is read and
  /// thrown away for as long as it lives, so that it never blocks on a full pipe.
  private static @Nullable String firstLine(Process process, Path logFile) {
    var first = new CompletableFuture<@Nullable String>();
    Thread.ofPlatform()
        .name("phaseline-broker-output-" + process.pid())
        .daemon()
        .start(() -> drain(process, first));
    try {
      return first.get(START_MAX_S, TimeUnit.SECONDS);
    } catch (TimeoutException slow) {
      kill(process);
      throw new BrokerStartException(
          Reason.FAILED,
          "the broker's process was not ready within " + START_MAX_S + " s; see " + logFile,
          slow);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      kill(process);
      throw new BrokerStartException(
          Reason.FAILED, "interrupted while the broker was starting; start it again", interrupted);
    } catch (ExecutionException broken) {
      return null;
    }
  }

  private static void drain(Process process, CompletableFuture<@Nullable String> first) {
    try (BufferedReader out = process.inputReader(UTF_8)) {
      for (var line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(EmbeddedBrokerMain.READY)
            || line.startsWith(EmbeddedBrokerMain.FAILED)) {
          first.complete(line);
        }
      }
    } catch (IOException gone) {
      // the child was killed
    } finally {
      first.complete(null);
    }
  }

  private static BrokerStartException failure(@Nullable String line, Path logFile) {
    if (line != null) {
      var words = line.substring(EmbeddedBrokerMain.FAILED.length()).split(" ", 2);
      for (var reason : Reason.values()) {
        if (words.length == 2 && reason.name().equals(words[0])) {
          return new BrokerStartException(reason, words[1]);
        }
      }
    }
    return new BrokerStartException(
        Reason.FAILED, "the broker's process ended before it was ready; see " + logFile);
  }

  private static void kill(Process process) {
    process.destroyForcibly();
    var interrupted = false;
    while (true) {
      try {
        process.waitFor();
        break;
      } catch (InterruptedException later) {
        interrupted = true; // a killed process is gone in no time: wait it out
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }
}
