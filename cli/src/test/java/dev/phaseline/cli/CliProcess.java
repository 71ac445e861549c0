package dev.phaseline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The command in a process of its own, as a user starts it, on this test's class path.
final class CliProcess implements AutoCloseable {
  private final Process process;
  private final Thread reader;
  private final List<String> lines = new ArrayList<>();

  private CliProcess(Process process) {
    this.process = process;
    this.reader = Thread.ofPlatform().daemon().name("cli-output").start(this::read);
  }

  static CliProcess start(String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx256m"));
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    return new CliProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
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

  /// Waits for a line that contains a text, and fails when the process ends without it.
  void awaitLine(String text, Duration atMost) throws InterruptedException {
    var deadline = System.nanoTime() + atMost.toNanos();
    synchronized (lines) {
      while (lines.stream().noneMatch(line -> line.contains(text))) {
        if (!reader.isAlive() || System.nanoTime() > deadline) {
          throw new AssertionError("no '" + text + "' in " + lines);
        }
        lines.wait(100);
      }
    }
  }

  /// Sends SIGTERM and waits for the end.
  ///
  /// @return the exit status
  int terminate(Duration atMost) throws InterruptedException {
    process.toHandle().destroy(); // Process.destroy would close what is still to be read
    if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("does not end within " + atMost + "; it said " + lines());
    }
    reader.join();
    return process.exitValue();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
