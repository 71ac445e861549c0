package dev.phaseline.cli.queue;

import dev.phaseline.cli.config.Brokers;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.QueueTopics;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "create",
    header = "Makes a queue; one that exists stays as it is.",
    description = {
      "",
      "Makes the topic of its items, those of its dead letters, and its share group, which begins"
          + " at the earliest item. More consumers than partitions can work on it. Items with a"
          + " delay need the topics of timers (`phaseline topics create`) and a scheduler."
    },
    footer = "  phaseline queue create mails --copies 3")
final class QueueCreateCommand implements Callable<Integer> {
  private static final int PARTITIONS_MAX = 1_000;

  @Mixin private QueueSite site = new QueueSite();

  @Parameters(index = "0", paramLabel = "NAME", description = TopicNames.NAME_RULE + ".")
  private String name = "";

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = {
        "Partitions of its topics (default: ${DEFAULT-VALUE}). All consumers share one; of several,"
            + " each consumer is assigned some, and long work holds those up that it has alone."
      })
  private int partitions = 1;

  @Option(
      names = "--copies",
      paramLabel = "N",
      description = "Copies of each partition (default: 1, or 3 with 3 brokers or more).")
  private int copies;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    QueueSite.checkName(name);
    if (partitions < 1 || partitions > PARTITIONS_MAX) {
      throw CommandFailure.usage("--partitions is " + partitions + ": use 1 to " + PARTITIONS_MAX);
    }
    var config = site.config(spec);
    var isNew =
        QueueSite.saying(
            () -> {
              try (var admin = Admin.create(config.kafka())) {
                var number = copies;
                if (number == 0) number = Brokers.count(admin, config) >= 3 ? 3 : 1;
                var topics =
                    new QueueTopics(admin, config.names(), QueueSite.topics(partitions, number));
                var existed = topics.describe(name) != null;
                topics.create(name);
                return !existed;
              }
            });
    spec.commandLine()
        .getOut()
        .println((isNew ? "created queue " : "queue exists already: ") + name);
    return ExitStatus.OK;
  }
}
