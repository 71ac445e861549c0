package dev.phaseline.cli.topics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.cli.config.Brokers;
import dev.phaseline.cli.config.ClusterOptions;
import dev.phaseline.cli.config.ClusterPipelines;
import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.Logs;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.ops.audit.BooksReport;
import dev.phaseline.ops.audit.PipelineAudit;
import dev.phaseline.topics.ClusterException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "audit",
    header = "Proves from the topics that every item of a pipeline ended exactly once.",
    description = {
      "",
      "Reads all topics of the pipeline, read_committed, and checks that each record has"
          + " exactly one effect, that fan-outs are complete, and that no item ended twice. It"
          + " uses no counters and changes nothing.",
      "",
      "While workers run, items that have not ended are no fault, but a fan-out may look"
          + " incomplete for a moment: only an audit at rest is conclusive."
    },
    exitCodeList = {
      "0:every item ended exactly once",
      "1:no broker answers, or a topic is missing",
      "2:an option, the pipeline's name or the server file is wrong",
      "3:an item was lost or ended twice"
    },
    footer = {
      "  phaseline audit --bootstrap-servers kafka:9092 cities",
      "  phaseline audit --config server.yaml --jobs r3- --json cities"
    })
public final class AuditCommand implements Callable<Integer> {
  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--jobs",
      paramLabel = "PREFIX",
      description = "Only jobs whose ids begin so (default: all).")
  private String jobs = "";

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  @Parameters(paramLabel = "PIPELINE", description = "Which pipeline.")
  private String pipeline = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    Logs.toConsole(common.verbose(), _ -> {}); // what is wrong is said once, by us
    var config = cluster.config(spec);
    config.bootstrapServers();
    var phases = ClusterPipelines.of(config).phases(pipeline);
    try {
      var report =
          PipelineAudit.audit(
              config.kafka(), config.names(), pipeline, phases, id -> id.startsWith(jobs));
      if (json) printJson(report);
      else print(report);
      return report.balanced() ? ExitStatus.OK : ExitStatus.UNBALANCED;
    } catch (ClusterException failed) {
      throw CommandFailure.of(String.valueOf(failed.getMessage()), failed);
    } catch (KafkaException unusable) {
      throw Brokers.unusable(unusable);
    }
  }

  private void printJson(BooksReport report) {
    try {
      spec.commandLine().getOut().println(JsonMapper.builder().build().writeValueAsString(report));
    } catch (JsonProcessingException ours) {
      throw new IllegalStateException("a report that is no JSON", ours);
    }
  }

  private void print(BooksReport report) {
    var out = spec.commandLine().getOut();
    out.println(
        String.format(
            Locale.ROOT,
            "%,d jobs, %,d items: %,d done, %,d dead, %,d cancelled, %,d compensated",
            report.jobs(),
            report.items(),
            report.done(),
            report.dead(),
            report.cancelled(),
            report.compensated()));
    report
        .itemsPerPhase()
        .forEach(
            (phase, items) ->
                out.println(
                    String.format(
                        Locale.ROOT,
                        "  %-12s %,10d items, %,d waiting",
                        phase,
                        items,
                        report.waitingPerPhase().getOrDefault(phase, 0L))));
    report
        .deadByReason()
        .forEach(
            (why, n) ->
                out.println(String.format(Locale.ROOT, "  %,10d  %s", n, Printable.line(why))));
    if (report.balanced()) {
      out.println("The books balance: every item ended exactly once.");
      return;
    }
    out.println("The books DO NOT balance: " + report.problemCounts());
    report.problems().forEach(problem -> out.println("  " + Printable.line(problem)));
  }
}
