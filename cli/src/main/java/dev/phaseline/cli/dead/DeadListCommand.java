package dev.phaseline.cli.dead;

import dev.phaseline.cli.config.QueryHelp;
import dev.phaseline.cli.progress.TerminalWriter;
import dev.phaseline.cli.text.Ages;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.cli.text.Widths;
import dev.phaseline.ops.dead.LetterBox;
import dev.phaseline.ops.dead.LetterEntry;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.ops.dead.LetterQuery;
import dev.phaseline.ops.dead.LetterState.Status;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
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
    name = "list",
    header = "Lists dead letters, the newest first.",
    description = {"", "Without a query: those that wait for a decision."},
    footer = {
      "  phaseline dead list --demo cities --group",
      "  phaseline dead list -c server.yaml cities phase=store error~Timeout"
    })
final class DeadListCommand implements Callable<Integer> {
  private static final List<String> HEAD =
      List.of("ID", "AGE", "PHASE", "KIND", "KEY", "STATE", "REASON");
  private static final int KEY_MAX = 24;

  @Mixin private DeadOptions options = new DeadOptions();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most N letters (default: ${DEFAULT-VALUE}).")
  private int limit = 50;

  @Option(names = "--group", description = "Count by phase, kind and reason instead.")
  private boolean group;

  @Mixin final QueryHelp.OfLetters help = new QueryHelp.OfLetters();

  @Parameters(index = "1..*", paramLabel = "QUERY|ID", description = "Which letters.")
  private List<String> words = new ArrayList<>();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (limit < 1) throw CommandFailure.usage("--limit " + limit + ": must be at least 1");
    return DeadSite.saying(
        () -> {
          var query = DeadSite.query(words);
          try (var site = options.open(spec)) {
            if (group) groups(site, query);
            else letters(site, query);
          }
          return ExitStatus.OK;
        });
  }

  private void letters(DeadSite site, LetterQuery query) {
    var out = spec.commandLine().getOut();
    var found = site.box().find(query, limit);
    if (options.json()) {
      out.println(LetterJson.line(LetterJson.Found.of(found, List.of())));
      return;
    }
    if (found.newest().isEmpty()) {
      out.println("No dead letters" + (query.isAll() ? "." : " match."));
      site.hintAt(query);
      return;
    }
    table(out, found);
    var more = found.total() - found.newest().size();
    if (more > 0) {
      out.println(
          String.format(
              Locale.ROOT, "... and %,d older; --limit shows more, --group counts", more));
    }
  }

  private static void table(PrintWriter out, LetterBox.Found found) {
    var now = Instant.now();
    var rows = new ArrayList<List<String>>();
    rows.add(HEAD);
    for (var entry : found.newest()) rows.add(row(entry, now));
    var hasStates = found.newest().stream().anyMatch(entry -> !state(entry).isEmpty());
    var columns = TerminalWriter.of(out).isTerminal() ? Widths.of(out) : Integer.MAX_VALUE;
    for (var row : rows) out.println(line(row, rows, hasStates, columns));
  }

  private static String line(
      List<String> row, List<List<String>> rows, boolean hasStates, int columns) {
    var line = new StringBuilder();
    var last = HEAD.size() - 1;
    for (var at = 0; at < last; at++) {
      if (HEAD.get(at).equals("STATE") && !hasStates) continue;
      var column = at;
      var width = rows.stream().mapToInt(one -> one.get(column).length()).max().orElse(0);
      line.append(row.get(at)).append(" ".repeat(width - row.get(at).length() + 2));
    }
    return Printable.cut(line + row.get(last), columns);
  }

  private static List<String> row(LetterEntry entry, Instant now) {
    var letter = entry.letter();
    return List.of(
        letter.id().toString(),
        Ages.of(Duration.between(letter.at(), now)),
        Printable.cut(letter.phase(), KEY_MAX),
        Printable.cut(letter.kind(), KEY_MAX),
        Printable.cut(letter.keyText(), KEY_MAX),
        state(entry),
        Printable.cut(letter.reason(), Integer.MAX_VALUE));
  }

  private static String state(LetterEntry entry) {
    var status = entry.state().status();
    if (status != Status.OPEN) return status.text();
    return entry.state().edit() == null ? "" : "edited";
  }

  private void groups(DeadSite site, LetterQuery query) {
    var out = spec.commandLine().getOut();
    var groups = site.box().groups(query);
    var total =
        groups.stream().mapToLong(dev.phaseline.ops.audit.DeadLetterReader.Group::count).sum();
    if (options.json()) {
      out.println(LetterJson.line(LetterJson.Groups.of(total, groups)));
      return;
    }
    if (groups.isEmpty()) {
      out.println("No dead letters" + (query.isAll() ? "." : " match."));
      site.hintAt(query);
      return;
    }
    var columns = TerminalWriter.of(out).isTerminal() ? Widths.of(out) : Integer.MAX_VALUE;
    for (var one : groups) {
      var line =
          String.format(
              Locale.ROOT,
              "%,9d  %-12s %-12s %s",
              one.count(),
              Printable.cut(one.phase(), KEY_MAX),
              Printable.cut(one.kind(), KEY_MAX),
              Printable.line(one.reason()));
      out.println(Widths.cut(line, columns));
    }
    out.println(String.format(Locale.ROOT, "%,9d  in all", total));
  }
}
