package dev.phaseline.cli.schedule;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.phaseline.cli.submit.Instants;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.server.InputFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "put",
    header = "Makes a schedule, or gives it another definition.",
    description = {
      "",
      "Exactly one of --cron, --every and --continuous. What is not named is at its default, also"
          + " when the schedule is there: `phaseline schedule show` prints the whole."
    },
    footer = {
      "  phaseline schedule put hourly orders --every 1h --offset 5m --timeout 10m",
      "  phaseline schedule put nightly orders --cron '0 2 * * *' --zone Europe/Berlin",
      "  phaseline schedule put feeds feeds --continuous --pause 5s"
    })
final class SchedulePutCommand implements Callable<Integer> {
  private static final int PAYLOAD_BYTES_MAX = 1 << 20;

  @Mixin private ScheduleOptions options = new ScheduleOptions();
  @Mixin private Times times = new Times();
  @Mixin private Rules rules = new Rules();
  @Mixin private Job job = new Job();

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it stays in the audit.")
  private String reason = "";

  @Parameters(index = "0", paramLabel = "ID", description = "The schedule's id.")
  private String id = "";

  @Parameters(index = "1", paramLabel = "PIPELINE", description = "Whose jobs it submits.")
  private String pipeline = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  /// Options for the times of runs.
  static final class Times {
    @Option(
        names = "--cron",
        paramLabel = "LINE",
        description = "A cron line; more than once for several.")
    private List<String> cron = new ArrayList<>();

    @Option(names = "--every", paramLabel = "TIME", description = "An interval from 100ms up.")
    private @Nullable String every;

    @Option(
        names = "--offset",
        paramLabel = "TIME",
        description = "With --every: so long after each multiple.")
    private @Nullable String offset;

    @Option(
        names = "--continuous",
        description = "The next run starts when the last one's job has ended.")
    private boolean continuous;

    @Option(
        names = "--pause",
        paramLabel = "TIME",
        description = "With --continuous: between two runs.")
    private @Nullable String pause;

    @Option(names = "--zone", paramLabel = "ZONE", description = "Time zone (default: UTC).")
    private @Nullable String zone;

    @Option(
        names = "--exclude",
        paramLabel = "DATES",
        description = "A date, a range, a date of every year, or a cron line; more than once.")
    private List<String> exclude = new ArrayList<>();

    @Option(names = "--from", paramLabel = "INSTANT", description = "No run before it.")
    private @Nullable String from;

    @Option(names = "--until", paramLabel = "INSTANT", description = "No run from it on.")
    private @Nullable String until;

    @Option(names = "--runs-max", paramLabel = "N", description = "So many runs, then it ends.")
    private @Nullable Long runsMax;

    private void put(ObjectNode json) {
      if (!cron.isEmpty()) cron.forEach(json.putArray("cron")::add);
      text(json, "every", every);
      text(json, "offset", offset);
      if (continuous) json.put("continuous", true);
      text(json, "pause", pause);
      text(json, "zone", zone);
      if (!exclude.isEmpty()) exclude.forEach(json.putArray("exclude")::add);
      if (from != null) json.put("from", Instants.parse("--from", from).toString());
      if (until != null) json.put("until", Instants.parse("--until", until).toString());
      if (runsMax != null) json.put("runsMax", runsMax);
    }
  }

  /// Options for the policies.
  static final class Rules {
    @Option(
        names = "--overlap",
        paramLabel = "POLICY",
        description = "skip, buffer-one, buffer-all, allow, cancel, terminate (default: skip).")
    private @Nullable String overlap;

    @Option(
        names = "--overlap-max",
        paramLabel = "N",
        description = "Of allow: jobs at once. Of buffer-all: instants that wait.")
    private @Nullable Integer overlapMax;

    @Option(
        names = "--catch-up",
        paramLabel = "POLICY",
        description = "none, last, all (default: last).")
    private @Nullable String catchUp;

    @Option(
        names = "--catch-up-window",
        paramLabel = "TIME",
        description = "Older instants are not caught up (default: 1d).")
    private @Nullable String catchUpWindow;

    @Option(names = "--jitter", paramLabel = "TIME", description = "Up to so much later.")
    private @Nullable String jitter;

    @Option(
        names = "--pause-after-failures",
        paramLabel = "N",
        description = "After N failed runs in a row it pauses itself.")
    private @Nullable Integer pauseAfterFailures;

    @Option(names = "--note", paramLabel = "TEXT", description = "For people.")
    private @Nullable String note;

    private void put(ObjectNode json) {
      text(json, "overlap", overlap);
      if (overlapMax != null) json.put("overlapMax", overlapMax);
      text(json, "catchUp", catchUp);
      text(json, "catchUpWindow", catchUpWindow);
      text(json, "jitter", jitter);
      if (pauseAfterFailures != null) json.put("pauseAfterFailures", pauseAfterFailures);
      text(json, "note", note);
    }
  }

  /// Options for the job of each run.
  static final class Job {
    @Option(names = "--phase", paramLabel = "PHASE", description = "Default: the first.")
    private @Nullable String phase;

    @Option(
        names = "--payload",
        paramLabel = "TEXT",
        description = "JSON, or text where the phase takes text; with placeholders.")
    private @Nullable String payload;

    @Option(names = "--payload-file", paramLabel = "FILE", description = "A file with it.")
    private @Nullable Path payloadFile;

    @Option(names = "--key", paramLabel = "KEY", description = "The ordering key.")
    private @Nullable String key;

    @Option(
        names = "--timeout",
        paramLabel = "TIME",
        description = "The job's deadline, from its submission on.")
    private @Nullable String timeout;

    @Option(names = "--tag", paramLabel = "NAME=VALUE", description = "More than once for several.")
    private List<String> tags = new ArrayList<>();

    private void put(ObjectNode json) {
      text(json, "phase", phase);
      if (payload != null && payloadFile != null) {
        throw CommandFailure.usage("--payload and --payload-file exclude each other");
      }
      text(json, "payload", payload);
      if (payloadFile != null) {
        json.put("payload", InputFile.text(payloadFile, "payload file", PAYLOAD_BYTES_MAX));
      }
      text(json, "key", key);
      text(json, "timeout", timeout);
      if (tags.isEmpty()) return;
      var named = json.putObject("tags");
      for (var tag : tags) {
        var sign = tag.indexOf('=');
        if (sign < 1) {
          throw CommandFailure.usage("--tag '" + tag + "' is no NAME=VALUE, like --tag team=a");
        }
        named.put(tag.substring(0, sign), tag.substring(sign + 1));
      }
    }
  }

  private static void text(ObjectNode json, String field, @Nullable String value) {
    if (value != null) json.put(field, value);
  }

  @Override
  public Integer call() {
    var json = JsonNodeFactory.instance.objectNode().put("pipeline", pipeline);
    times.put(json);
    rules.put(json);
    job.put(json);
    var change =
        options.with(
            spec,
            site -> {
              var definition = site.definitions().read(json);
              site.client().check(id, definition);
              var author = site.audited("put", id, reason);
              return site.client().put(id, definition, author);
            });
    return options.print(spec, change, change.before() == null ? "is made" : "is changed");
  }
}
