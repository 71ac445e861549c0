package dev.phaseline.cli.control;

import dev.phaseline.cli.config.ClusterPipelines;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.ops.audit.BooksReport;
import dev.phaseline.ops.audit.PipelineAudit;
import dev.phaseline.ops.cluster.TopicScan;
import dev.phaseline.ops.control.Control;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.NearNames;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.server.ServerConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.header.Headers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "cancel",
    header = "Ends a job.",
    description = {
      "",
      "No item of it starts any more. Running handlers are interrupted; whatever their result,"
          + " their items end as cancelled, not done. Items that wait for a retry or a timer"
          + " end when they come back to their phase. Items that have ended are unchanged."
          + " A job that is submitted again under the same id is cancelled too, as long"
          + " as the cancel is kept."
    },
    footer = {
      "  phaseline cancel cities import-2026-11-22 --reason 'the wrong file'",
      "  phaseline cancel orders 4711 --anyway --keep-days 90"
    })
public final class CancelCommand implements Callable<Integer> {
  private static final int NEAR_MAX = 10_000;

  @Mixin private ControlOptions options = new ControlOptions();

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it stays in the audit.")
  private String reason = "";

  @Option(
      names = "--anyway",
      description = "Don't look for the job first: it may be one that is still to come.")
  private boolean anyway;

  @Option(
      names = "--undo",
      description = {
        "Take the cancel back: a job that is submitted under that id from now on is not cancelled."
      })
  private boolean undo;

  @Option(
      names = "--keep-days",
      paramLabel = "N",
      description = {
        "How long the job is remembered as cancelled: longer than anything of it can be under way"
            + " (default: 30)."
      })
  private long keepDays = Control.CANCELLED_KEPT.toDays();

  @Parameters(index = "0", paramLabel = "PIPELINE", description = "Whose job.")
  private String pipeline = "";

  @Parameters(index = "1", paramLabel = "JOB", description = "The job's id.")
  private String job = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (keepDays < 1) throw CommandFailure.usage("--keep-days is " + keepDays + ": use 1 or more");
    var scope = ControlOptions.saying(() -> new ControlScope.OfJob(pipeline, job));
    var config = options.site(spec);
    if (undo) {
      var back =
          options.with(config, control -> control.uncancel(scope, ControlOptions.author(reason)));
      options.print(spec, back, "is not cancelled");
      return ExitStatus.OK;
    }
    if (!anyway) ControlOptions.saying(() -> checked(config));
    var change =
        options.with(
            config,
            control ->
                control.cancel(scope, Duration.ofDays(keepDays), ControlOptions.author(reason)));
    options.print(spec, change, "is cancelled");
    return ExitStatus.OK;
  }

  /// Looks whether there is such a job and something left of it; reads the headers of the whole
  /// pipeline.
  private boolean checked(ServerConfig config) {
    var phases = ClusterPipelines.of(config).phases(pipeline);
    var near = new LinkedHashSet<String>();
    var report = books(config, phases, near);
    if (report.items() == 0) {
      if (waitsForItsTime(config, near)) return true;
      var meant = NearNames.of(job, near);
      throw CommandFailure.usage(
          "pipeline '"
              + pipeline
              + "' has no job '"
              + job
              + "'"
              + (meant.isEmpty() ? "" : "; did you mean " + String.join(" or ", meant) + "?")
              + " (--anyway cancels one that is still to come)");
    }
    var open = report.waitingPerPhase().values().stream().mapToLong(count -> count).sum();
    if (open > 0) return true;
    throw CommandFailure.usage(
        "job '%s' has ended: %d of its items are done, %d dead, %d cancelled, %d compensated"
            .formatted(
                job, report.done(), report.dead(), report.cancelled(), report.compensated()));
  }

  private BooksReport books(ServerConfig config, List<String> phases, Set<String> near) {
    return PipelineAudit.audit(
        config.kafka(),
        config.names(),
        pipeline,
        phases,
        id -> {
          note(id, near);
          return id.equals(job);
        });
  }

  private void note(String id, Set<String> near) {
    if (near.size() < NEAR_MAX && Math.abs(id.length() - job.length()) <= 3) near.add(id);
  }

  /// Whether the job is on its way to its first phase, or an item of it back to one.
  private boolean waitsForItsTime(ServerConfig config, Set<String> near) {
    var topic = config.names().timers();
    var prefix = config.names().namespace() + '.' + pipeline + '.';
    var found = new AtomicBoolean();
    try (var scan = TopicScan.whole(config.kafka())) {
      if (!scan.exists(topic)) return false;
      scan.read(
          scan.ends(pipeline, topic),
          record -> {
            if (!text(record.headers(), HeaderNames.TARGET).startsWith(prefix)) return;
            var id = text(record.headers(), HeaderNames.JOB);
            note(id, near);
            if (id.equals(job)) found.set(true);
          });
    }
    return found.get();
  }

  private static String text(Headers headers, String name) {
    var header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? ""
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
