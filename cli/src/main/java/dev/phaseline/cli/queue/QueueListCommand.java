package dev.phaseline.cli.queue;

import dev.phaseline.cli.progress.TerminalWriter;
import dev.phaseline.cli.text.Ages;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Table;
import dev.phaseline.cli.text.Table.Fit;
import dev.phaseline.cli.text.Widths;
import dev.phaseline.core.Codec;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.queue.Queues;
import dev.phaseline.queue.UnknownQueueException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "list",
    header = "Lists queues, with their items and the age of the oldest.",
    description = {
      "",
      "Items are those that are available or claimed; delayed ones are timers until they are due.",
      "The number is an estimate."
    },
    footer = "  phaseline queue list -c server.yaml")
final class QueueListCommand implements Callable<Integer> {
  @Mixin private QueueSite site = new QueueSite();
  @Spec private CommandSpec spec = CommandSpec.create();

  /// One line of the list.
  ///
  /// @param oldest when the oldest item was created
  private record Row(String name, long items, Optional<Instant> oldest) {}

  @Override
  public Integer call() {
    var rows = site.withAll(site.config(spec), QueueListCommand::rows);
    var out = spec.commandLine().getOut();
    if (site.json()) {
      for (var row : rows) {
        var line = new LinkedHashMap<String, Object>();
        line.put("queue", row.name());
        line.put("items", row.items());
        row.oldest().ifPresent(oldest -> line.put("oldest", oldest.toString()));
        out.println(LetterJson.line(line));
      }
      return ExitStatus.OK;
    }
    if (rows.isEmpty()) {
      out.println("No queues. Create one with `phaseline queue create NAME`.");
      return ExitStatus.OK;
    }
    var table =
        new Table(
            List.of(
                Table.text("QUEUE", Fit.NAME),
                Table.number("ITEMS", Fit.NEEDED),
                Table.number("OLDEST", Fit.WANTED)));
    var now = Instant.now();
    for (var row : rows) {
      table.row(
          row.name(),
          String.format(Locale.ROOT, "%,d", row.items()),
          row.oldest().map(oldest -> Ages.of(Duration.between(oldest, now))).orElse(""));
    }
    var width = TerminalWriter.of(out).isTerminal() ? Widths.of(out) : Table.WIDTH_MAX;
    table.lines(width).forEach(out::println);
    return ExitStatus.OK;
  }

  private static List<Row> rows(Queues queues) {
    var rows = new ArrayList<Row>();
    for (var name : queues.names()) {
      try (var queue = queues.open(name, Codec.bytes())) {
        rows.add(new Row(name, queue.count().total(), queue.oldest()));
      } catch (UnknownQueueException gone) {
        // deleted this moment
      }
    }
    return rows;
  }
}
