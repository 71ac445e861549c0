package dev.phaseline.cli.dead;

import dev.phaseline.cli.config.QueryHelp;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.ops.dead.ProgressListener;
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
    name = "discard",
    header = "Discards dead letters.",
    description = {
      "",
      "They are no longer listed or redriven. They stay in the topic with the reason and its"
          + " author, and `dead undo ID` opens them again."
    },
    footer = {
      "  phaseline dead discard --demo cities 0-12 --reason 'not a city'",
      "  phaseline dead discard orders kind=expired until=30d --reason 'too late'"
    })
final class DeadDiscardCommand implements Callable<Integer> {
  @Mixin private DeadOptions options = new DeadOptions();

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why; it stays with the letters.")
  private String reason = "";

  @Option(names = "--all", description = "All letters that wait, without a query.")
  private boolean all;

  @Option(
      names = {"-y", "--yes"},
      description = "Don't ask.")
  private boolean yes;

  @Mixin final QueryHelp.OfLetters help = new QueryHelp.OfLetters();

  @Parameters(index = "1..*", paramLabel = "QUERY|ID", description = "Which letters.")
  private List<String> words = new ArrayList<>();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (reason.isBlank()) throw CommandFailure.usage("--reason is blank: give a reason");
    return DeadSite.saying(
        () -> {
          var query = DeadSite.query(words, all);
          try (var site = options.open(spec)) {
            var count = site.box().find(query, 1).total();
            if (count == 0) site.hintAt(query);
            if (!site.confirmed("Discard", count, yes)) return ExitStatus.OK;
            try (var desk = site.desk()) {
              var report = desk.discard(query, reason, ProgressListener.NONE);
              var out = spec.commandLine().getOut();
              if (options.json()) {
                out.println(LetterJson.line(LetterJson.Discarded.of(report)));
              } else {
                out.println(
                    String.format(Locale.ROOT, "Discarded: %,d letters", report.discarded()));
                DeadText.refusals(out, "can't be discarded", report.refused());
              }
              return report.refused().count() == 0 ? ExitStatus.OK : ExitStatus.FAILED;
            }
          }
        });
  }
}
