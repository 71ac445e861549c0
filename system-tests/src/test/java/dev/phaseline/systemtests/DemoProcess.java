package dev.phaseline.systemtests;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// `phaseline demo` in a JVM of its own, as a user starts it, to be killed as the machine would.
final class DemoProcess {
  private final Process process;
  private final Thread reader;
  private final List<String> lines = new ArrayList<>();

  private DemoProcess(Process process) {
    this.process = process;
    this.reader = Thread.ofPlatform().daemon().name("demo-output").start(this::read);
  }

  /// Starts a demo on this test's own class path.
  static DemoProcess start(Path data, String... more) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Djdk.virtualThreadScheduler.parallelism=16");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of("dev.phaseline.cli.Main", "demo", "--json", "--plain"));
    command.addAll(List.of("--data", data.toString()));
    command.addAll(List.of(more));
    return new DemoProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  private void read() {
    try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (var line = out.readLine(); line != null; line = out.readLine()) {
        synchronized (lines) {
          lines.add(line);
          lines.notifyAll();
        }
      }
    } catch (IOException closed) {
      // the process is gone
    }
  }

  /// Waits for a line that contains a text.
  ///
  /// @return false when the process ended without it
  boolean awaitLine(String text, Duration atMost) throws InterruptedException {
    var deadline = System.nanoTime() + atMost.toNanos();
    synchronized (lines) {
      while (lines.stream().noneMatch(line -> line.contains(text))) {
        if (!reader.isAlive()) return false;
        if (System.nanoTime() > deadline) throw new AssertionError("no '" + text + "' in " + lines);
        lines.wait(100);
      }
      return true;
    }
  }

  /// SIGKILL after a while, unless the process has ended by then.
  ///
  /// @return whether it was killed
  boolean killAfter(Duration delay) throws InterruptedException {
    if (process.waitFor(delay.toMillis(), TimeUnit.MILLISECONDS)) return false;
    process.destroyForcibly();
    process.waitFor();
    reader.join();
    return true;
  }

  /// SIGTERM, which Java treats as Ctrl-C, but for the number in the exit status.
  void terminate() {
    process.destroy();
  }

  /// The exit status, once it has ended.
  int await(Duration atMost) throws InterruptedException {
    if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the demo does not end; it said " + output());
    }
    reader.join();
    return process.exitValue();
  }

  String output() {
    synchronized (lines) {
      return String.join(System.lineSeparator(), lines);
    }
  }

  /// What `--json` printed.
  JsonNode summary() throws IOException {
    synchronized (lines) {
      // what clients have to say while they close may come after it
      var last = lines.reversed().stream().filter(line -> line.startsWith("{")).findFirst();
      return JsonMapper.builder().build().readTree(last.orElseThrow());
    }
  }

  /// Opens when the process has ended.
  CountDownLatch ended() {
    var latch = new CountDownLatch(1);
    var _ = process.onExit().thenRun(latch::countDown);
    return latch;
  }
}
