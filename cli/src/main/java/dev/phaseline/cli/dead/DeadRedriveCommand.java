package dev.phaseline.cli.dead;

import dev.phaseline.cli.config.QueryHelp;
import dev.phaseline.cli.progress.Terminal;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Interrupt;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.ops.dead.LetterQuery;
import dev.phaseline.ops.dead.ProgressListener;
import dev.phaseline.ops.dead.Redrive;
import dev.phaseline.ops.dead.RedrivePreview;
import dev.phaseline.ops.dead.RedriveReport;
import dev.phaseline.ops.dead.RedriveReport.End;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "redrive",
    header = "Sends dead letters back to the phase that failed.",
    description = {
      "",
      "Each keeps its job, item, key, payload (or its edit) and history, and its attempts begin"
          + " at 1 again. Each is sent once: a letter that was sent is refused, and of two"
          + " simultaneous redrives, one waits and goes on with the rest."
    },
    exitCodeList = {
      "0:all selected letters were sent",
      "1:a part was not; the answer has the reason for each",
      "2:an option or the query is wrong",
      "130:stopped by Ctrl-C; letters that were not sent are open again"
    },
    footer = {
      "  phaseline dead redrive --demo cities 0-12",
      "  phaseline dead redrive -c server.yaml orders phase=pay error~Timeout --dry-run",
      "  phaseline dead redrive orders phase=pay --canary 50 --rate 100/s"
    })
final class DeadRedriveCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Mixin private DeadOptions options = new DeadOptions();
  @Mixin private RedriveOptions how = new RedriveOptions();
  @Mixin private DeadEditCommand.EditOptions editing = new DeadEditCommand.EditOptions();

  @Option(names = "--dry-run", description = "Say what would happen, and do nothing.")
  private boolean dryRun;

  @Option(names = "--all", description = "All letters that wait, without a query.")
  private boolean all;

  @Option(
      names = {"-y", "--yes"},
      description = "Don't ask.")
  private boolean yes;

  @Option(
      names = "--edit",
      paramLabel = "FILE",
      description = "Send this payload instead: `dead edit` and redrive in one, for one letter.")
  private @Nullable Path edit;

  @Mixin final QueryHelp.OfLetters help = new QueryHelp.OfLetters();

  @Parameters(index = "1..*", paramLabel = "QUERY|ID", description = "Which letters.")
  private List<String> words = new ArrayList<>();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    return DeadSite.saying(
        () -> {
          var wanted = how.redrive();
          var query = DeadSite.query(words, all);
          try (var site = options.open(spec)) {
            return redrive(site, query, wanted);
          }
        });
  }

  private int redrive(DeadSite site, LetterQuery query, Redrive wanted) {
    var preview = site.box().preview(query, wanted);
    if (preview.matched() == 0 && preview.refused().count() == 0) site.hintAt(query);
    if (dryRun) {
      say(preview, wanted);
      return preview.refused().count() == 0 ? ExitStatus.OK : ExitStatus.FAILED;
    }
    if (!site.confirmed("Redrive", preview.sendable(), yes)) return ExitStatus.OK;
    var edited = edit == null ? null : edited(site, query, edit);
    try (var interrupt = Interrupt.listen(PATIENCE, () -> site.err().println("gave up waiting"))) {
      if (edited != null) {
        try (var desk = site.desk()) {
          desk.edit(query.ids().iterator().next(), edited);
        }
      }
      var spoken = new Spoken(interrupt, site.err());
      var report = site.box().redrive(DeadSite.operator(), query, wanted, spoken);
      say(report);
      return status(report);
    }
  }

  /// The payload to send in place of the letter's; null when it is the same.
  private byte @Nullable [] edited(DeadSite site, LetterQuery query, Path file) {
    if (query.ids().size() != 1)
      throw CommandFailure.usage("--edit is for one letter: name its id");
    var entry = site.box().require(query.ids().iterator().next());
    var bytes = editing.encoded(site, entry, DeadEditCommand.EditOptions.read(file));
    return Arrays.equals(bytes, entry.payload()) ? null : bytes;
  }

  private static int status(RedriveReport report) {
    if (report.end() == End.STOPPED) return ExitStatus.INTERRUPTED;
    return report.end() == End.COMPLETE && report.refused().count() == 0
        ? ExitStatus.OK
        : ExitStatus.FAILED;
  }

  private void say(RedrivePreview preview, Redrive wanted) {
    var out = spec.commandLine().getOut();
    if (options.json()) {
      out.println(LetterJson.line(LetterJson.Preview.of(preview)));
      return;
    }
    out.println(String.format(Locale.ROOT, "Would redrive %,d letters:", preview.sendable()));
    preview
        .groups()
        .forEach((group, n) -> out.println(String.format(Locale.ROOT, "  %,9d  %s", n, group)));
    for (var entry : preview.first()) {
      var letter = entry.letter();
      out.println(
          "  "
              + letter.id()
              + "  "
              + Printable.cut(letter.item(), 40)
              + "  "
              + Printable.cut(letter.reason(), 80));
    }
    if (preview.sendable() > preview.first().size()) out.println("  ...");
    if (wanted.perSecond() > 0) {
      out.println(
          String.format(
              Locale.ROOT,
              "  at %s a second: about %,d s",
              RedriveOptions.number(wanted.perSecond()),
              Math.round(preview.sendable() / wanted.perSecond())));
    }
    if (preview.expired() > 0) {
      out.println(
          String.format(
              Locale.ROOT,
              "  WARNING: %,d of them have a deadline that has passed: they would be dead again at"
                  + " once. A redrive keeps the deadline; submit such jobs anew",
              preview.expired()));
    }
    DeadText.refusals(out, "can't be redriven", preview.refused());
    out.println("Nothing was done.");
  }

  private void say(RedriveReport report) {
    var out = spec.commandLine().getOut();
    if (options.json()) {
      out.println(LetterJson.line(LetterJson.Redriven.of(report)));
      if (!report.words().isEmpty()) spec.commandLine().getErr().println(report.words());
      return;
    }
    report
        .canary()
        .ifPresent(
            canary ->
                out.println(
                    String.format(
                        Locale.ROOT,
                        "Canary: %,d sent, %,d passed, %,d dead again, %,d not decided",
                        canary.sent(),
                        canary.passed(),
                        canary.deadAgain(),
                        canary.open())));
    out.println(
        String.format(
            Locale.ROOT,
            "Redriven: %,d of %,d letters%s",
            report.redriven(),
            report.matched(),
            report.takenBack() == 0
                ? ""
                : String.format(Locale.ROOT, "; %,d are open again", report.takenBack())));
    if (!report.words().isEmpty()) out.println(report.words());
    DeadText.refusals(out, "can't be redriven", report.refused());
  }

  /// Shows how far it is, where somebody looks.
  private static final class Spoken implements ProgressListener {
    private static final long EVERY_NANOS = 1_000_000_000;

    private final Interrupt interrupt;
    private final PrintWriter err;
    private final boolean looks = Terminal.isTerminal(2);
    private long saidNanos = System.nanoTime();

    Spoken(Interrupt interrupt, PrintWriter err) {
      this.interrupt = interrupt;
      this.err = err;
    }

    @Override
    public void at(String step, long done, long of) {
      if (!looks || System.nanoTime() - saidNanos < EVERY_NANOS) return;
      saidNanos = System.nanoTime();
      err.println(String.format(Locale.ROOT, "  %-9s %,d of %,d", step, done, of));
    }

    @Override
    public boolean stopRequested() {
      return interrupt.requested();
    }
  }
}
