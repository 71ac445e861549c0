package dev.phaseline.cli.demo;

import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.DataOptions;
import dev.phaseline.cli.config.Examples;
import dev.phaseline.cli.text.CommandFailure;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    header = "Moves the cities of the world through three phases, here and now.",
    description = {
      "",
      "Starts a Kafka broker, a schema registry and a worker in this process, submits one job for"
          + " each country, and shows how its cities go through three phases: fetch reads a"
          + " country's rows, normalize checks and cleans each, store writes it into an SQLite"
          + " table. Rows that break a rule become dead letters with the reason.",
      "",
      "At the end it reads the topics once more and counts the table: the exit status is 0 only if"
          + " every item ended exactly once. Stop it in any way, at any moment: the next demo"
          + " finishes the run. Nothing is downloaded, and nothing listens but on loopback."
    },
    sortOptions = false,
    subcommands = FeedsDemoCommand.class,
    exitCodeList = {
      "0:every item ended exactly once",
      "1:it could not begin or go on (port, folder, disk)",
      "2:an option is wrong",
      "3:an item was lost or ended twice; the summary has the details",
      "130:stopped by Ctrl-C; the next demo goes on"
    },
    footer = {
      "  phaseline demo                  all cities",
      "  phaseline demo                  and again: every row is there, none changes",
      "  phaseline demo --limit 5000     a quick look",
      "  phaseline demo --json | tail -1 | jq .balanced",
      "  phaseline demo feeds            schedules, while servers come and go",
      "",
      "Environment:",
      "  NO_COLOR  when set: plain lines instead of the live table"
    })
public final class DemoCommand implements Callable<Integer> {
  @Option(names = "--fresh", description = "Forget what earlier demos did, first.")
  private boolean fresh;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most N cities, of all countries by their share.")
  private int limit = Integer.MAX_VALUE;

  @Option(
      names = "--json",
      description = {
        "End standard output with one JSON object; everything else goes to standard error."
      })
  private boolean json;

  @Option(names = "--keep", description = "Keep broker and worker running until Ctrl-C.")
  private boolean keep;

  @Option(names = "--plain", description = "Plain lines, on a terminal too.")
  private boolean plain;

  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The broker's port (default: a free one).")
  private int port;

  @Option(
      names = "--registry-port",
      paramLabel = "PORT",
      description = "The registry's port (default: a free one).")
  private int registryPort;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Partitions of each topic (default: ${DEFAULT-VALUE}).")
  private int partitions = 4;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description = "Handlers at once in each phase (default: what each phase declares).")
  private int concurrency;

  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    Examples.required(DemoCommand.class.getClassLoader());
    var command = spec.commandLine();
    return Demo.run(options(data.folder()), command.getOut(), command.getErr());
  }

  private DemoOptions options(Path folder) {
    try {
      return new DemoOptions(
          folder,
          fresh,
          limit,
          keep,
          new DemoOptions.Output(json, plain, common.verbose()),
          new DemoOptions.Sizing(port, registryPort, partitions, concurrency));
    } catch (IllegalArgumentException invalid) {
      throw CommandFailure.usage(String.valueOf(invalid.getMessage()));
    }
  }
}
