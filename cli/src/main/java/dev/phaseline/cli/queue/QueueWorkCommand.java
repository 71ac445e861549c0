package dev.phaseline.cli.queue;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Interrupt;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.queue.QueueOptions;
import dev.phaseline.queue.worker.QueueWorker;
import dev.phaseline.queue.worker.QueueWorkerOptions;
import dev.phaseline.queue.worker.WorkReport;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "work",
    header = "Runs a command for each item of a queue.",
    description = {
      "",
      "The command is run by a shell, with the item's data on standard input, and its id, number of"
          + " deliveries and queue in PHASELINE_ITEM, PHASELINE_DELIVERIES and PHASELINE_QUEUE. Its"
          + " lease is renewed meanwhile. The exit status decides about the item:",
      "",
      "  0    done: the item is deleted",
      "  75   not now: available again after 10 s, the delivery does not count",
      "  69   what it needs is down: available again, and nothing is claimed for a time",
      "  else failed: available after a backoff, or dead after --deliveries",
      "",
      "Works until Ctrl-C, or with --for until that time is over or the queue is empty."
    },
    exitCodeList = {
      "0:it worked until its end",
      "1:no broker answers",
      "2:an option or the queue's name is wrong",
      "130:stopped by Ctrl-C"
    },
    footer = {
      "  phaseline queue work mails --exec ./send-mail --concurrency 8",
      "  * * * * *  phaseline queue work mails --exec ./send-mail --for 50s"
    })
final class QueueWorkCommand implements Callable<Integer> {
  private static final Duration DRAIN = Duration.ofSeconds(30);

  @Mixin private QueueSite site = new QueueSite();

  @Parameters(index = "0", paramLabel = "NAME", description = "Which queue.")
  private String name = "";

  @Option(
      names = "--exec",
      paramLabel = "COMMAND",
      required = true,
      description = "What to run for each item.")
  private String command = "";

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description = "Commands at once (default: ${DEFAULT-VALUE}).")
  private int concurrency = 1;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      converter = Spans.class,
      description = "Claim items for that long at most, such as 15s.")
  private @Nullable Duration time;

  @Option(
      names = "--lease",
      paramLabel = "TIME",
      converter = Spans.class,
      description = "Of an item; renewed while its command runs (default: 1m).")
  private Duration lease = Duration.ofMinutes(1);

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = Spans.class,
      description = "A command that runs longer has failed (default: 1h).")
  private Duration timeout = Duration.ofHours(1);

  @Option(
      names = "--deliveries",
      paramLabel = "N",
      description = "An item becomes a dead letter after N deliveries (default: ${DEFAULT-VALUE}).")
  private int deliveries = QueueOptions.DEFAULT.deliveriesMax();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (time != null && !time.isPositive()) throw CommandFailure.usage("--for is zero");
    var options = QueueSite.saying(() -> QueueOptions.DEFAULT.withDeliveriesMax(deliveries));
    var working = QueueSite.saying(this::workerOptions);
    return site.with(
        spec,
        name,
        options,
        queue -> {
          var worker = QueueWorker.of(queue, new ItemCommand(command), working);
          try (var interrupt = Interrupt.listen(DRAIN.plusSeconds(5), () -> {})) {
            Thread.ofVirtual().start(() -> stopWhenAsked(interrupt, worker));
            var report = time == null ? worker.run() : worker.runFor(time);
            print(report);
            var isStopped = interrupt.requested();
            interrupt.finish();
            return isStopped ? ExitStatus.INTERRUPTED : ExitStatus.OK;
          }
        });
  }

  private static void stopWhenAsked(Interrupt interrupt, QueueWorker<byte[]> worker) {
    try {
      while (!interrupt.await(Duration.ofMinutes(1))) {
        // not yet
      }
      worker.stop();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private QueueWorkerOptions workerOptions() {
    return QueueWorkerOptions.DEFAULT
        .withConcurrency(concurrency)
        .withLease(lease)
        .withHandlerMax(timeout)
        .withDrain(DRAIN);
  }

  private void print(WorkReport report) {
    var out = spec.commandLine().getOut();
    if (site.json()) {
      var line = new LinkedHashMap<String, Object>();
      line.put("queue", name);
      line.put("end", report.end().name().toLowerCase(Locale.ROOT));
      line.put("done", report.done());
      line.put("requeued", report.requeued());
      line.put("failed", report.failed());
      line.put("dead", report.dead());
      line.put("lost", report.lost());
      out.println(LetterJson.line(line));
      return;
    }
    out.println(
        String.format(
            Locale.ROOT,
            "%,d done, %,d given back, %,d failed, %,d dead, %,d lost (%s)",
            report.done(),
            report.requeued(),
            report.failed(),
            report.dead(),
            report.lost(),
            report.end().name().toLowerCase(Locale.ROOT).replace('_', ' ')));
  }
}
