package dev.phaseline.cli;

import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.FailureLine;
import java.io.PrintWriter;

/// Handler of what no other code has caught, for all threads: a process that is out of memory ends,
/// because a thread that it lost, such as one of Kafka's, is not missed by the others, and nothing
/// would start it again. A supervisor starts another process. Thread-safe.
///
/// @param err where it is said
record LastResort(PrintWriter err) implements Thread.UncaughtExceptionHandler {
  static void install(PrintWriter err) {
    Thread.setDefaultUncaughtExceptionHandler(new LastResort(err));
  }

  @Override
  public void uncaughtException(Thread thread, Throwable thrown) {
    if (thrown instanceof OutOfMemoryError) {
      try {
        err.println(
            "phaseline: out of memory in thread " + thread.getName() + "; give it more (-Xmx)");
        err.flush();
      } finally {
        Runtime.getRuntime().halt(ExitStatus.FAILED);
      }
    }
    err.println("phaseline: thread " + thread.getName() + " has ended: " + FailureLine.of(thrown));
    err.flush();
  }
}
