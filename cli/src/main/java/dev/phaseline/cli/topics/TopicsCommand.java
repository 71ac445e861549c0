package dev.phaseline.cli.topics;

import dev.phaseline.cli.config.Brokers;
import dev.phaseline.cli.config.ClusterOptions;
import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.Logs;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Help;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.server.Pipelines;
import dev.phaseline.server.ServerConfig;
import dev.phaseline.topics.ClusterException;
import dev.phaseline.topics.TopicReport;
import dev.phaseline.topics.TopicSettings;
import dev.phaseline.topics.TopicSetup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "topics",
    header = "Creates and checks the topics of pipelines.",
    description = {
      "",
      "A pipeline has one topic for each phase, one for results and one for dead letters; timers"
          + " and dead timers, live settings, their audit and the workers' heartbeats are shared by"
          + " all. Workers and schedulers refuse to start when one is missing that they work with;"
          + " without the topic of live settings, workers run, but ignore commands."
    },
    subcommands = {TopicsCommand.Create.class, TopicsCommand.Check.class},
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "  phaseline topics create --config server.yaml",
      "  phaseline topics create -c server.yaml --copies 3 orders.check orders.pay",
      "  phaseline topics check --config server.yaml"
    })
public final class TopicsCommand implements Runnable {
  @Mixin final CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    Help.show(spec.commandLine());
  }

  /// Options common to both subcommands.
  private static final class Shared {
    @Mixin private ClusterOptions cluster = new ClusterOptions();

    @Option(
        names = "--partitions",
        paramLabel = "N",
        description = "Partitions of each topic (default: as many as those that are there, or 8).")
    private @Nullable Integer partitions;

    @Option(
        names = "--copies",
        paramLabel = "N",
        description = "Copies of each partition (default: 1, or 3 with 3 brokers or more).")
    private int copies;

    @Option(
        names = "--retention-days",
        paramLabel = "N",
        description = "How long phases and results are kept (default: ${DEFAULT-VALUE}).")
    private long retentionDays = TopicSettings.SINGLE.retention().toDays();

    @Parameters(
        arity = "0..*",
        paramLabel = "PIPELINE[.PHASE]",
        description = {
          "Which pipelines (default: those of the server file's phases, or else all of the"
              + " plug-ins). All phases of a pipeline named one by one, as in orders.check"
              + " orders.pay, need no plug-in."
        })
    private List<String> pipelines = new ArrayList<>();

    private int run(boolean create, CommandSpec spec, CommonOptions common) {
      Logs.toConsole(common.verbose(), _ -> {}); // what is wrong is said once, by us
      var config = cluster.config(spec);
      config.bootstrapServers();
      var wanted = wanted(config);
      try (var admin = Admin.create(config.kafka())) {
        return run(create, config, wanted, admin, spec);
      } catch (ClusterException failed) {
        throw CommandFailure.of(String.valueOf(failed.getMessage()), failed);
      } catch (KafkaException unusable) {
        throw Brokers.unusable(unusable);
      }
    }

    private int run(
        boolean create,
        ServerConfig config,
        Map<String, List<String>> wanted,
        Admin admin,
        CommandSpec spec) {
      var setup = new TopicSetup(admin, config.names(), settings(admin, config));
      if (partitions == null) setup = setup.adopting();
      var problems = 0;
      for (var pipeline : wanted.entrySet()) {
        var report =
            create
                ? setup.ensure(pipeline.getKey(), pipeline.getValue())
                : setup.verify(pipeline.getKey(), pipeline.getValue());
        print(report, spec);
        problems += report.problems().size();
      }
      var timers = create ? setup.ensureTimers() : setup.verifyTimers();
      print(timers, spec);
      problems += timers.problems().size();
      var control = create ? setup.ensureControl() : setup.verifyControl();
      print(control, spec);
      problems += control.problems().size();
      var jobs = create ? setup.ensureJobs() : setup.verifyJobs();
      print(jobs, spec);
      problems += jobs.problems().size();
      var console = create ? setup.ensureConsole() : setup.verifyConsole();
      print(console, spec);
      problems += console.problems().size();
      var outboxes = create ? setup.ensureOutboxes() : setup.verifyOutboxes();
      print(outboxes, spec);
      problems += outboxes.problems().size();
      return problems == 0 ? ExitStatus.OK : ExitStatus.FAILED;
    }

    /// The phases of each pipeline. Phases that are named one by one need no plug-in; plug-ins are
    /// loaded for what is named by its pipeline alone, or when nothing is named.
    private Map<String, List<String>> wanted(ServerConfig config) {
      var wanted = new LinkedHashMap<String, List<String>>();
      var whole = new ArrayList<String>();
      for (var name : pipelines) {
        var dot = name.indexOf('.');
        if (dot < 0) whole.add(name);
        else named(wanted, name.substring(0, dot), name.substring(dot + 1));
      }
      if (whole.isEmpty() && !wanted.isEmpty()) return wanted;
      var found = Pipelines.named(config);
      if (whole.isEmpty()) whole.addAll(found.asked(config));
      for (var name : whole) wanted.put(name, found.find(name).phaseNames());
      return wanted;
    }

    private static void named(Map<String, List<String>> wanted, String pipeline, String phase) {
      try {
        TopicNames.DEFAULT.phase(pipeline, phase);
      } catch (IllegalArgumentException wrong) {
        throw CommandFailure.usage(Printable.line(String.valueOf(wrong.getMessage())));
      }
      wanted.computeIfAbsent(pipeline, _ -> new ArrayList<>()).add(phase);
    }

    private static void print(TopicReport report, CommandSpec spec) {
      var out = spec.commandLine().getOut();
      var err = spec.commandLine().getErr();
      report.created().forEach(topic -> out.println("created  " + topic));
      var wrong = report.problems().stream().map(TopicReport.Problem::topic).toList();
      report.present().stream()
          .filter(topic -> !wrong.contains(topic))
          .forEach(topic -> out.println("in order " + topic));
      report.problems().forEach(problem -> err.println("phaseline: " + problem.message()));
    }

    private TopicSettings settings(Admin admin, ServerConfig config) {
      var number = copies;
      if (number == 0) number = Brokers.count(admin, config) >= 3 ? 3 : 1;
      try {
        return TopicSettings.SINGLE
            .withPartitions(partitions == null ? TopicSettings.SINGLE.partitions() : partitions)
            .withReplication(number, Math.max(1, number - 1))
            .withRetention(Duration.ofDays(retentionDays));
      } catch (IllegalArgumentException invalid) {
        throw CommandFailure.usage(String.valueOf(invalid.getMessage()));
      }
    }
  }

  @Command(
      name = "create",
      header = "Creates the topics that are missing, and checks those that are there.",
      description = {"", "An existing topic is never changed: its wrong settings are reported."},
      exitCodeList = {
        "0:all topics are there and in order",
        "1:some are not, or no broker answers",
        "2:an option, a pipeline's name or the server file is wrong"
      },
      footer = "  phaseline topics create -c server.yaml --partitions 32 orders.pay")
  static final class Create implements Callable<Integer> {
    @Mixin private Shared shared = new Shared();
    @Mixin private CommonOptions common = new CommonOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      return shared.run(true, spec, common);
    }
  }

  @Command(
      name = "check",
      header = "Says whether the topics are there and in order, and changes nothing.",
      description = {"", "Compares partitions, replicas and settings with the options."},
      exitCodeList = {
        "0:all topics are there and in order",
        "1:some are not, or no broker answers",
        "2:an option, a pipeline's name or the server file is wrong"
      },
      footer = "  phaseline topics check --config server.yaml && phaseline worker -c server.yaml")
  static final class Check implements Callable<Integer> {
    @Mixin private Shared shared = new Shared();
    @Mixin private CommonOptions common = new CommonOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      return shared.run(false, spec, common);
    }
  }
}
