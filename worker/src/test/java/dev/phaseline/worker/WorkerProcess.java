package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// A [RetryingWorker] in a process of its own; closing it is SIGKILL.
final class WorkerProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private final Process process;
  private final AtomicInteger starts = new AtomicInteger();
  private final AtomicReference<String> lastLine = new AtomicReference<>("");

  WorkerProcess(Rig rig, String server) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(RetryingWorker.class.getName());
    command.add(String.valueOf(rig.client().get("bootstrap.servers")));
    command.add(rig.topics().namespace());
    command.add(server);
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Thread.ofPlatform().daemon().name("output-of-" + server).start(this::read);
  }

  private void read() {
    try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (var line = out.readLine(); line != null; line = out.readLine()) {
        lastLine.set(line);
        if (line.startsWith("start ")) starts.incrementAndGet();
      }
    } catch (IOException closed) {
      // the process is gone
    }
  }

  /// How many attempts it has started.
  int starts() {
    return starts.get();
  }

  void awaitStarts(int count) {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (starts.get() < count) {
      if (!process.isAlive() || deadline - System.nanoTime() < 0) {
        throw new AssertionError("the worker does not work; it said " + lastLine.get());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  /// It stands still from here on, with all that it has open.
  void freeze() throws Exception {
    signal("STOP");
  }

  /// It goes on as if no time had passed.
  void thaw() throws Exception {
    signal("CONT");
  }

  private void signal(String name) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    if (kill.waitFor() != 0) throw new AssertionError("no process to signal: " + lastLine.get());
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    kill();
  }

  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
