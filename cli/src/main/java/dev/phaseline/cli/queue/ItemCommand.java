package dev.phaseline.cli.queue;

import dev.phaseline.queue.QueueItem;
import dev.phaseline.queue.worker.DelayedRequeueException;
import dev.phaseline.queue.worker.QueueHandler;
import dev.phaseline.queue.worker.SuspendQueueException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Command of a shell as the handler of items. Its output goes where this process's goes; each item
/// has a process of its own. Thread-safe.
///
/// @param command what the shell runs
record ItemCommand(String command) implements QueueHandler<byte[]> {
  /// The exit statuses of `sysexits.h` for "try again later" and "a service is unavailable".
  private static final int TRY_LATER = 75;

  private static final int UNAVAILABLE = 69;
  private static final Duration LATER = Duration.ofSeconds(10);
  private static final long END_SECONDS = 5;

  @Override
  public void handle(QueueItem<byte[]> item) throws IOException, InterruptedException {
    var builder = new ProcessBuilder("/bin/sh", "-c", command);
    builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    var environment = builder.environment();
    environment.put("PHASELINE_ITEM", item.id());
    environment.put("PHASELINE_QUEUE", item.queue());
    environment.put("PHASELINE_DELIVERIES", Integer.toString(item.deliveries()));
    var process = builder.start();
    int status;
    try {
      write(process, item.data());
      status = process.waitFor();
    } catch (InterruptedException timeIsOver) {
      end(process);
      throw timeIsOver;
    }
    switch (status) {
      case 0 -> {}
      case TRY_LATER -> throw new DelayedRequeueException(LATER, "the command asks to try later");
      case UNAVAILABLE -> throw new SuspendQueueException("the command needs what is down");
      default -> throw new IOException("the command ended with exit status " + status);
    }
  }

  private static void write(Process process, byte[] data) {
    try (var in = process.getOutputStream()) {
      in.write(data);
    } catch (IOException unread) {
      // a command need not read its input; its exit status decides
    }
  }

  /// A command that is asked to end and does not is killed.
  private static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly();
  }
}
