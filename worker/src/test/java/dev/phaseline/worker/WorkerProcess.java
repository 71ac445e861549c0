package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.embedded.FrozenProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// A [RetryingWorker] in a process of its own; closing it is SIGKILL.
public final class WorkerProcess implements AutoCloseable {
  private final Process process;
  private final AtomicInteger starts = new AtomicInteger();
  private final AtomicReference<String> lastLine = new AtomicReference<>("");

  public WorkerProcess(Rig rig, String server) throws IOException {
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
  public int starts() {
    return starts.get();
  }

  public void awaitStarts(int count) {
    awaitStarts(count, () -> {});
  }

  /// Waits until so many handlers have started.
  ///
  /// @param meanwhile what is done between two looks
  public void awaitStarts(int count, Runnable meanwhile) {
    Wait.until(
        "the worker has started " + count + " attempts",
        () -> starts.get() + "; it said " + lastLine.get(),
        () -> {
          if (starts.get() >= count) return true;
          requireAlive();
          meanwhile.run();
          return false;
        });
  }

  /// It stands still from here on, with all that it has open.
  public void freeze() throws Exception {
    FrozenProcess.freeze(process.pid());
  }

  /// It goes on as if no time had passed.
  public void thaw() throws Exception {
    FrozenProcess.thaw(process.pid());
  }

  /// Its last line.
  public String said() {
    return lastLine.get();
  }

  public void requireAlive() {
    if (!process.isAlive()) throw new AssertionError("it has ended: " + lastLine.get());
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    kill();
  }

  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
