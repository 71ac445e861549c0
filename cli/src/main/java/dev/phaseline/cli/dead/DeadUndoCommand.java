package dev.phaseline.cli.dead;

import dev.phaseline.cli.config.QueryHelp;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.ops.dead.ProgressListener;
import dev.phaseline.ops.dead.UndoReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "undo",
    header = "Takes back a redrive that is still queued, a discard or an edit.",
    description = {
      "",
      "A redrive with --rate or --canary, or of many letters, queues them all and sends them one by"
          + " one: undo ends it, and those that were not sent are open again. A letter that was"
          + " sent is in the topic of its phase, and Kafka can't remove it: it is listed"
          + " and stays redriven.",
      "",
      "A query without state= means queued, edited and redriven letters; discarded ones are named by"
          + " their ids or by state=discarded."
    },
    exitCodeList = {
      "0:all selected letters were taken back",
      "1:a part was not; the answer has the reason for each",
      "2:an option or the query is wrong"
    },
    footer = {
      "  phaseline dead undo --demo cities 0-12",
      "  phaseline dead undo -c server.yaml orders phase=pay state=queued",
      "  phaseline dead undo -c server.yaml orders state=discarded since=1h"
    })
final class DeadUndoCommand implements Callable<Integer> {
  @Mixin private DeadOptions options = new DeadOptions();

  @Option(names = "--all", description = "All letters, without a query.")
  private boolean all;

  @Mixin final QueryHelp.OfLetters help = new QueryHelp.OfLetters();

  @Parameters(index = "1..*", paramLabel = "QUERY|ID", description = "Which letters.")
  private List<String> words = new ArrayList<>();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    return DeadSite.saying(
        () -> {
          var query = DeadSite.query(words, all);
          try (var site = options.open(spec);
              var desk = site.desk()) {
            var report = desk.undo(query, ProgressListener.NONE);
            say(report);
            return report.refused().count() == 0 ? ExitStatus.OK : ExitStatus.FAILED;
          }
        });
  }

  private void say(UndoReport report) {
    var out = spec.commandLine().getOut();
    if (options.json()) {
      out.println(LetterJson.line(LetterJson.Undone.of(report)));
      return;
    }
    out.println(
        String.format(
            Locale.ROOT,
            "Open again: %,d letters; edits taken back: %,d",
            report.reopened(),
            report.editsUndone()));
    DeadText.refusals(out, "can't be taken back", report.refused());
  }
}
