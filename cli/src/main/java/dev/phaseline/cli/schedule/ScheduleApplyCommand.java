package dev.phaseline.cli.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.ops.schedule.ScheduleView;
import dev.phaseline.schemas.schedule.InvalidScheduleException;
import dev.phaseline.schemas.schedule.ScheduleFormat;
import dev.phaseline.schemas.schedule.ScheduleSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "apply",
    header = "Puts the schedules of a YAML file, all or none.",
    description = {
      "",
      "Prints what differs from what is there. The whole file is checked before anything is"
          + " changed, and all changes are one transaction. Schedules that the file does not have"
          + " stay as they are.",
      "",
      "The file is a mapping from ids to definitions, whose fields are those of"
          + " docs/schedules.md:",
      "  schedules:",
      "    nightly:",
      "      cron: '0 2 * * MON-FRI'",
      "      zone: Europe/Berlin",
      "      pipeline: orders",
      "      payload: '{\"day\":\"${nominal.date}\"}'"
    },
    footer = {
      "  phaseline schedule apply schedules.yaml --dry-run",
      "  phaseline schedule apply schedules.yaml --reason 'the shop opens earlier'"
    })
final class ScheduleApplyCommand implements Callable<Integer> {
  @Mixin private ScheduleOptions options = new ScheduleOptions();

  @Option(names = "--dry-run", description = "Say what would be changed, and do nothing.")
  private boolean dryRun;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it stays in the audit.")
  private String reason = "";

  @Parameters(index = "0", paramLabel = "FILE", description = "The file.")
  private Path file = Path.of("");

  @Spec private CommandSpec spec = CommandSpec.create();

  /// Difference of one schedule.
  ///
  /// @param what `new`, `changed` or `same`
  /// @param fields what differs, a line each
  private record Difference(String id, String what, List<String> fields) {}

  @Override
  public Integer call() {
    var read = ScheduleFile.read(file);
    var differences =
        options.with(
            spec,
            site -> {
              var wanted = checked(site, read);
              var found = differences(wanted, site.client().list());
              var changed = new LinkedHashMap<String, ScheduleSpec>();
              for (var one : found) {
                if (!one.what().equals("same")) changed.put(one.id(), wanted.get(one.id()));
              }
              if (!dryRun && !changed.isEmpty()) {
                var ids = String.join(", ", changed.sequencedKeySet());
                var author = site.audited("apply", ids, reason);
                var _ = site.client().putAll(changed, author);
              }
              return found;
            });
    print(differences);
    return ExitStatus.OK;
  }

  private static SequencedMap<String, ScheduleSpec> checked(
      ScheduleOptions.Site site, ScheduleFile read) {
    var wanted = new LinkedHashMap<String, ScheduleSpec>();
    read.definitions()
        .forEach(
            (id, definition) -> {
              try {
                var complete = site.definitions().read(definition);
                site.client().check(id, complete);
                wanted.put(id, complete);
              } catch (InvalidScheduleException wrong) {
                throw CommandFailure.usage(
                    read.at(id) + wrong.getMessage() + "; nothing was changed");
              }
            });
    return wanted;
  }

  private static List<Difference> differences(
      Map<String, ScheduleSpec> wanted, List<ScheduleView> there) {
    var known = there.stream().collect(Collectors.toMap(ScheduleView::id, ScheduleView::spec));
    var found = new ArrayList<Difference>();
    wanted.forEach((id, spec) -> found.add(difference(id, known.get(id), spec)));
    return found;
  }

  private static Difference difference(
      String id, @Nullable ScheduleSpec before, ScheduleSpec after) {
    var is = ScheduleFormat.toJson(after);
    if (before == null) return new Difference(id, "new", lines(is));
    if (before.equals(after)) return new Difference(id, "same", List.of());
    var was = ScheduleFormat.toJson(before);
    var names = new TreeSet<String>();
    was.fieldNames().forEachRemaining(names::add);
    is.fieldNames().forEachRemaining(names::add);
    var fields = new ArrayList<String>();
    for (var name : names) {
      if (was.path(name).equals(is.path(name))) continue;
      fields.add(name + ": " + text(was.path(name)) + " -> " + text(is.path(name)));
    }
    return new Difference(id, "changed", fields);
  }

  private static List<String> lines(ObjectNode definition) {
    var lines = new ArrayList<String>();
    for (var field : definition.properties()) {
      lines.add(field.getKey() + ": " + text(field.getValue()));
    }
    return lines;
  }

  private static String text(JsonNode value) {
    if (value.isMissingNode()) return "default";
    return value.isTextual() ? value.textValue() : value.toString();
  }

  private void print(List<Difference> differences) {
    var out = spec.commandLine().getOut();
    if (options.json()) {
      out.println(LetterJson.line(new Applied(dryRun, differences)));
      return;
    }
    for (var one : differences) {
      if (one.what().equals("same")) continue;
      out.println(Printable.line((one.what().equals("new") ? "+ " : "~ ") + one.id()));
      for (var field : one.fields()) out.println(Printable.line("    " + field));
    }
    var made = differences.stream().filter(one -> one.what().equals("new")).count();
    var changed = differences.stream().filter(one -> one.what().equals("changed")).count();
    out.println(
        "%,d new, %,d changed, %,d as they were%s"
            .formatted(
                made,
                changed,
                differences.size() - made - changed,
                dryRun ? "; nothing was done" : ""));
  }

  private record Applied(boolean dryRun, List<Difference> schedules) {}
}
