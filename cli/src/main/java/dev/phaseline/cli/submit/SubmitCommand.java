package dev.phaseline.cli.submit;

import dev.phaseline.cli.config.Brokers;
import dev.phaseline.cli.config.ClusterOptions;
import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.Logs;
import dev.phaseline.cli.progress.TerminalWriter;
import dev.phaseline.cli.status.ConsoleOptions;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Interrupt;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.producer.JobClient;
import dev.phaseline.producer.JobReceipt;
import dev.phaseline.producer.JobType;
import dev.phaseline.producer.SubmitException;
import dev.phaseline.schemas.DurationText;
import dev.phaseline.schemas.ItemVersion;
import dev.phaseline.schemas.JobEnd;
import dev.phaseline.server.InputFile;
import dev.phaseline.server.ServerConfig;
import dev.phaseline.topics.ClusterException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "submit",
    header = "Submits a job, or one for each line of NDJSON.",
    description = {
      "",
      "The payload is JSON: written here, in a file, or on standard input (-). It is encoded as the"
          + " pipeline's first phase reads it: by the phase's codec when its plug-in is at hand"
          + " (-c), else by its form as the console of the dev that runs here (or --url) knows it,"
          + " else by the schema of the registry. A payload that the codec refuses is not"
          + " submitted.",
      "",
      "With --lines, a file is checked whole before its first line is submitted; standard input is"
          + " submitted as it comes, up to the first line that is refused."
    },
    exitCodeList = {
      "0:submitted; with --wait: the job is done",
      "1:not submitted, or its end did not come",
      "2:the command line or the payload is wrong; nothing was submitted",
      "4:--wait: the job ended dead, cancelled or compensated"
    },
    footer = {
      "  phaseline submit hello --payload '\"Ada\"' --wait",
      "  phaseline submit orders --payload order.json --id order-17 --key customer-4",
      "  phaseline submit orders --payload - --after 1h30m --tag source=crm < o.json",
      "  phaseline submit orders --lines orders.ndjson --id-field orderId"
    })
public final class SubmitCommand implements Callable<Integer> {
  private static final Duration STOP_MAX = Duration.ofSeconds(30);

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private ConsoleOptions console = new ConsoleOptions();
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private JobOptions job = new JobOptions();
  @Mixin private PayloadOptions payload = new PayloadOptions();
  @Mixin private LineOptions lines = new LineOptions();

  @Option(
      names = "--wait",
      description = "Wait for the job's end, and exit by it. A tracker must run.")
  private boolean wait;

  @Option(
      names = "--wait-max",
      paramLabel = "TIME",
      description = "Wait no longer than this (default: without an end).")
  private @Nullable String waitMax;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Parameters(index = "0", paramLabel = "PIPELINE", description = "Which pipeline.")
  private String pipeline = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  /// Options for the payload.
  static final class PayloadOptions {
    @Option(
        names = "--payload",
        paramLabel = "JSON|FILE|-",
        description = "The payload: JSON, a file with it, or - for standard input.")
    private @Nullable String payload;

    @Option(
        names = "--schema",
        paramLabel = "SUBJECT|ID",
        description = "Encode by this schema of the registry.")
    private @Nullable String schema;

    @Option(names = "--raw", description = "Take the bytes as they are, unchecked.")
    private boolean raw;

    @Option(
        names = "--phase",
        paramLabel = "PHASE",
        description = "Where the job begins (default: in the pipeline's first phase).")
    private @Nullable String phase;

    @Option(
        names = "--type-version",
        paramLabel = "N",
        description =
            "The version of the pipeline to submit it under (default: the newest of the plug-ins"
                + " at hand, else the newest of the worker that handles it first).")
    private @Nullable Integer version;
  }

  /// Options for many jobs.
  static final class LineOptions {
    @Option(
        names = "--lines",
        paramLabel = "FILE|-",
        description = "Submit a job for each line, a JSON value (NDJSON).")
    private @Nullable String file;

    @Option(
        names = "--id-prefix",
        paramLabel = "TEXT",
        description = "With --lines: ids are this text and the line's number.")
    private @Nullable String idPrefix;

    @Option(
        names = "--id-field",
        paramLabel = "NAME",
        description = "With --lines: ids are this member of each payload.")
    private @Nullable String idField;

    @Option(
        names = "--key-field",
        paramLabel = "NAME",
        description = "With --lines: keys are this member of each payload.")
    private @Nullable String keyField;

    @Option(
        names = "--from-line",
        paramLabel = "N",
        description = "With --lines: begin with line N (default: ${DEFAULT-VALUE}).")
    private long fromLine = 1;

    private boolean isAnyNamed() {
      return idPrefix != null || idField != null || keyField != null || fromLine != 1;
    }
  }

  @Override
  public Integer call() {
    checkOptions();
    Logs.toConsole(common.verbose(), _ -> {}); // what is wrong is said once, by us
    var config = cluster.config(spec);
    config.bootstrapServers();
    try (var entries = PipelineEntries.of(config)) {
      var wanted = new EntryLookup.Wanted(pipeline, payload.phase, payload.version);
      var found = EntryLookup.find(config, cluster, console, wanted);
      var encoder = encoder(entries, found);
      var type =
          new JobType<byte[]>(pipeline, found.form().phase(), (_, bytes) -> bytes, found.version());
      return lines.file == null ? one(config, encoder, type) : many(config, encoder, type);
    } catch (RefusedPayloadException refused) {
      throw CommandFailure.usage(refused.getMessage() + "; nothing was submitted");
    } catch (ClusterException failed) {
      throw CommandFailure.of(String.valueOf(failed.getMessage()), failed);
    } catch (KafkaException unusable) {
      throw Brokers.unusable(unusable);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw CommandFailure.of("stopped", stop);
    }
  }

  private void checkOptions() {
    if ((payload.payload == null) == (lines.file == null)) {
      throw CommandFailure.usage(
          "what to submit is missing: use either --payload JSON|FILE|- or --lines FILE|-");
    }
    if (payload.version != null && (payload.version < 1 || payload.version > ItemVersion.MAX)) {
      throw CommandFailure.usage(
          "--type-version is not in 1.." + ItemVersion.MAX + ": " + payload.version);
    }
    if (payload.raw && payload.schema != null) {
      throw CommandFailure.usage("--raw and --schema exclude each other");
    }
    if (lines.file == null) {
      if (lines.isAnyNamed()) {
        throw CommandFailure.usage(
            "--id-prefix, --id-field, --key-field and --from-line need --lines");
      }
    } else {
      checkLineOptions();
    }
    if (waitMax != null && !wait) throw CommandFailure.usage("--wait-max needs --wait");
    if (job.id() != null) JobOptions.checkId(String.valueOf(job.id()));
    job.check();
    var _ = patience();
  }

  private void checkLineOptions() {
    if (payload.raw) throw CommandFailure.usage("--raw and --lines exclude each other");
    if (wait) throw CommandFailure.usage("--wait follows one job, and --lines submits many");
    if (job.id() != null) {
      throw CommandFailure.usage("--id names one job: with --lines use --id-prefix or --id-field");
    }
    if (lines.idPrefix != null && lines.idField != null) {
      throw CommandFailure.usage("--id-prefix and --id-field exclude each other");
    }
    if (lines.fromLine < 1) {
      throw CommandFailure.usage("--from-line is " + lines.fromLine + ": use 1 or more");
    }
  }

  private Duration patience() {
    try {
      return waitMax == null ? Duration.ofDays(36_500) : DurationText.parse(waitMax);
    } catch (IllegalArgumentException none) {
      throw CommandFailure.usage(String.valueOf(none.getMessage()));
    }
  }

  private JsonEncoder encoder(PipelineEntries entries, EntryLookup.Found found) {
    if (payload.raw) return JsonEncoder.raw();
    var schema = payload.schema;
    return schema == null
        ? entries.encoder(found.form(), found.codec())
        : entries.bySchema(schema, pipeline, found.form().phase(), found.codec());
  }

  private static JobClient client(ServerConfig config) {
    try {
      return JobClient.connect(
          config.kafka(), JobClient.Settings.DEFAULT.withNames(config.names()));
    } catch (IllegalArgumentException invalid) {
      throw CommandFailure.usage(String.valueOf(invalid.getMessage()));
    }
  }

  private int one(ServerConfig config, JsonEncoder encoder, JobType<byte[]> type) {
    var bytes = encoder.encode(PayloadText.read(String.valueOf(payload.payload), System.in));
    var id = job.id();
    var request = job.request(id == null ? UUID.randomUUID().toString() : id, bytes, null);
    var err = spec.commandLine().getErr();
    try (var interrupt = Interrupt.listen(STOP_MAX, () -> {});
        var follower = wait ? JobFollower.open(config, err::println) : null;
        var client = client(config)) {
      var receipt = client.submitAndWait(type, request);
      warnOfScheduler(receipt.scheduler() == JobReceipt.Scheduler.MISSING);
      if (follower == null) {
        print(receipt, null);
        return ExitStatus.OK;
      }
      if (!json) say("job " + receipt.jobId() + " is submitted");
      var end = follower.await(receipt.jobId(), patience(), interrupt);
      if (end.isEmpty() && !interrupt.requested()) {
        throw CommandFailure.of(
            "job %s has not ended within %s; `phaseline job %s` shows it"
                .formatted(receipt.jobId(), waitMax, receipt.jobId()));
      }
      if (end.isEmpty()) return ExitStatus.INTERRUPTED;
      print(receipt, end.get());
      return end.get().state().equals("done") ? ExitStatus.OK : ExitStatus.JOB_FAILED;
    } catch (SubmitException refused) {
      throw CommandFailure.of(String.valueOf(refused.getMessage()), refused);
    }
  }

  private void warnOfScheduler(boolean isMissing) {
    if (!isMissing) return;
    spec.commandLine()
        .getErr()
        .println(
            "phaseline: warning: no scheduler runs, and the job starts when one does: start"
                + " `phaseline scheduler`");
  }

  private void say(String line) {
    spec.commandLine().getOut().println(Printable.line(line));
  }

  private void print(JobReceipt receipt, @Nullable JobEnd end) {
    if (json) {
      var answer = new LinkedHashMap<String, Object>();
      answer.put("job", receipt.jobId());
      answer.put("pipeline", pipeline);
      answer.put("topic", receipt.topic());
      answer.put("partition", receipt.partition());
      answer.put("offset", receipt.offset());
      Optional.ofNullable(end)
          .ifPresent(
              ended -> {
                answer.put("state", ended.state());
                answer.put("items", ended.items());
                answer.put("dead", ended.dead());
                answer.put("ended", ended.ended().toString());
              });
      spec.commandLine().getOut().println(LetterJson.line(answer));
    } else if (end == null) {
      say("job " + receipt.jobId() + " is submitted");
    } else {
      say(
          "job %s is %s: %,d %s, %,d dead, after %s"
              .formatted(
                  end.job(),
                  end.state(),
                  end.items(),
                  end.items() == 1 ? "item" : "items",
                  end.dead(),
                  DurationText.of(Duration.between(end.submitted(), end.ended()))));
    }
  }

  private int many(ServerConfig config, JsonEncoder encoder, JobType<byte[]> type)
      throws InterruptedException {
    var file = String.valueOf(lines.file);
    var naming = new LineSubmission.Naming(lines.idPrefix, lines.idField, lines.keyField);
    var submission = new LineSubmission(encoder, job, naming, lines.fromLine);
    try (var interrupt = Interrupt.listen(STOP_MAX, () -> {});
        var progress = new LineProgress(TerminalWriter.of(spec.commandLine().getErr()))) {
      if (!file.equals("-")) {
        try (var in = opened(file)) {
          var _ = submission.check(in);
        }
      }
      try (var client = client(config);
          var in = opened(file)) {
        var jobs = submission.submit(in, client, type, progress::show, interrupt);
        progress.clear();
        warnOfScheduler(submission.lacksScheduler());
        if (json) {
          spec.commandLine().getOut().println(LetterJson.line(new Submitted(pipeline, jobs)));
        } else {
          say("%,d %s submitted".formatted(jobs, jobs == 1 ? "job is" : "jobs are"));
        }
        return interrupt.requested() ? ExitStatus.INTERRUPTED : ExitStatus.OK;
      }
    } catch (IOException unreadable) {
      throw CommandFailure.usage(
          "can't read the lines from " + file + ": " + InputFile.why(unreadable));
    }
  }

  private static InputStream opened(String file) throws IOException {
    if (!file.equals("-")) return Files.newInputStream(Path.of(file));
    return new FilterInputStream(System.in) {
      @Override
      public void close() {
        // it is the process's
      }
    };
  }

  private record Submitted(String pipeline, long jobs) {}
}
