package dev.phaseline.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Makes a process stand still, as a machine that hangs does, with all that it has open: for tests
/// of what others do meanwhile. By `kill`, so where there are signals. Thread-safe.
public final class FrozenProcess {
  private static final Duration BOUND = Duration.ofMinutes(2);

  private FrozenProcess() {}

  /// Stops the process; it stands still when this returns. The signal may come later than `kill`
  /// ends: each thread stops when it is next on; where the system does not tell of threads, that is
  /// not waited for.
  ///
  /// @throws IOException when there is no such process, or it runs on for two minutes
  public static void freeze(long pid) throws IOException, InterruptedException {
    signal("STOP", pid);
    var endNanos = System.nanoTime() + BOUND.toNanos();
    while (!isStopped(pid)) {
      if (System.nanoTime() - endNanos > 0) {
        throw new IOException(
            "process " + pid + " does not stand still after " + BOUND.toSeconds() + " s");
      }
      Thread.sleep(1);
    }
  }

  /// Lets the process go on as if no time had passed.
  ///
  /// @throws IOException when there is no such process
  public static void thaw(long pid) throws IOException, InterruptedException {
    signal("CONT", pid);
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
    if (kill.waitFor() != 0) throw new IOException("there is no process " + pid + " to signal");
  }

  private static boolean isStopped(long pid) {
    var threads = Path.of("/proc", Long.toString(pid), "task").toFile().listFiles();
    if (threads == null) return true; // a system that does not tell
    for (var thread : threads) {
      try {
        var status = Files.readString(thread.toPath().resolve("status"));
        if (status.lines().noneMatch(line -> line.startsWith("State:\tT"))) return false;
      } catch (IOException ended) {
        // it needs no stopping
      }
    }
    return true;
  }
}
