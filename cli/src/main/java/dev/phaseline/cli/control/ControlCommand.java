package dev.phaseline.cli.control;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.ops.control.AuditPage;
import dev.phaseline.ops.control.Control;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.RunState;
import dev.phaseline.schemas.control.UnreadableSetting;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "control",
    header = "Shows the current settings and their authors.",
    description = {
      "",
      "Lists everything that is paused, drained, cancelled or set now, and the latest commands,"
          + " the newest first.",
      "",
      "An unreadable setting is listed: another program or a newer version wrote it. The"
          + " previous one stays in force, and the next command for the same scope replaces it."
    },
    footer = {
      "  phaseline control -c server.yaml",
      "  phaseline control --repair",
      "  phaseline control --last 100 --before 4711 --json"
    })
public final class ControlCommand implements Callable<Integer> {
  @Mixin private ControlOptions options = new ControlOptions();

  @Option(
      names = "--last",
      paramLabel = "N",
      description = "Number of commands (default: ${DEFAULT-VALUE}).")
  private int last = 20;

  @Option(
      names = "--before",
      paramLabel = "PLACE",
      description = "Only commands older than this place, which the last page has printed.")
  private long before = -1;

  @Option(
      names = "--repair",
      description =
          "Replace settings that can't be read by those that hold. What a newer version wrote is"
              + " lost.")
  private boolean repair;

  @Spec private CommandSpec spec = CommandSpec.create();

  private record Answer(
      Map<ControlScope, ControlSetting> settings,
      List<UnreadableSetting> unreadable,
      AuditPage audit) {
    ControlJson.Settings json() {
      return ControlJson.Settings.of(settings, unreadable, audit);
    }
  }

  @Override
  public Integer call() {
    if (last < 1 || last > Control.PAGE_MAX) {
      throw CommandFailure.usage("--last is " + last + ": use 1 to " + Control.PAGE_MAX);
    }
    if (repair) return repaired();
    var from = before < 0 ? OptionalLong.empty() : OptionalLong.of(before);
    var answer =
        options.with(
            options.site(spec),
            control ->
                new Answer(control.settings(), control.unreadable(), control.audit(from, last)));
    var out = spec.commandLine().getOut();
    if (options.json()) out.println(LetterJson.line(answer.json()));
    else print(out, answer);
    return ExitStatus.OK;
  }

  private int repaired() {
    var repaired =
        options.with(options.site(spec), control -> control.repair(ControlOptions.author("")));
    var out = spec.commandLine().getOut();
    if (options.json()) {
      out.println(LetterJson.line(ControlJson.Repaired.of(repaired)));
      return ExitStatus.OK;
    }
    if (repaired.isEmpty()) out.println("Every setting can be read; nothing was changed.");
    for (var one : repaired) {
      out.println(Printable.line(one.label() + ": replaced by what holds; it was " + one.why()));
    }
    return ExitStatus.OK;
  }

  private static void print(PrintWriter out, Answer answer) {
    if (answer.settings().isEmpty()) out.println("Everything runs as it is declared to.");
    answer.settings().entrySet().stream()
        .map(one -> one.getKey().label() + ": " + words(one.getValue()))
        .sorted()
        .forEach(line -> out.println(Printable.line(line)));
    for (var one : answer.unreadable()) {
      out.println(
          Printable.line(
              "%s: can't be read (offset %d: %s); give the command again, or: phaseline control --repair"
                  .formatted(one.label(), one.offset(), one.why())));
    }
    for (var line : answer.audit().lines()) {
      var entry = line.entry();
      var reason = entry.author().reason().isEmpty() ? "" : ": " + entry.author().reason();
      out.println(
          Printable.line(
              "%s  %s %s  by %s (%s)%s%s"
                  .formatted(
                      entry.at().truncatedTo(ChronoUnit.SECONDS),
                      entry.verb().text(),
                      entry.scope().label(),
                      entry.author().by(),
                      entry.author().from(),
                      reason,
                      entry.changed() ? "" : " (nothing changed)")));
    }
    for (var wrong : answer.audit().unreadable()) {
      out.println(Printable.line("a record of the audit can't be read: " + wrong));
    }
    answer.audit().next().ifPresent(next -> out.println("Older ones: --before " + next));
  }

  private static String words(ControlSetting setting) {
    var words = new ArrayList<String>();
    if (setting.run() != RunState.RUNNING) words.add(setting.run().text());
    setting.concurrency().ifPresent(permits -> words.add(permits + " at once"));
    setting.cancelled().ifPresent(until -> words.add("cancelled, remembered until " + until));
    return String.join(", ", words) + "  by " + setting.author().by();
  }
}
