package dev.phaseline.cli.control;

import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Table;
import dev.phaseline.cli.text.Table.Fit;
import dev.phaseline.cli.text.Widths;
import dev.phaseline.ops.control.PhasePlacement;
import dev.phaseline.ops.control.PhasePlacement.Place;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.ops.control.WorkersView;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.schemas.control.RunState;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "placement",
    header = "Shows which server runs which phase, and how many at once.",
    description = {
      "",
      "One line for each phase on each server that has it; then the phases that no worker runs,"
          + " with how many items wait for them at most.",
      "",
      "SET is a live number of handlers, for the server or for all. It is changed by phaseline"
          + " concurrency, STATE by phaseline pause, drain and resume, each with --server."
    },
    footer = {
      "  phaseline placement -c server.yaml",
      "  phaseline placement --json | jq '.phases[] | select(.trouble)'"
    })
public final class PlacementCommand implements Callable<Integer> {
  @Mixin private ControlOptions options = new ControlOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    var config = options.site(spec);
    var look =
        ControlOptions.saying(
            () -> {
              try (var view = WorkersView.open(config.kafka(), config.names())) {
                return PlacementLook.of(config, view.list());
              }
            });
    var out = spec.commandLine().getOut();
    if (options.json()) {
      out.println(LetterJson.line(look.json()));
      return ExitStatus.OK;
    }
    var width = Widths.of(out);
    lines(look.phases(), look.waiting(), width).forEach(out::println);
    PlacementLook.lines(look.unserved(), width).forEach(out::println);
    return ExitStatus.OK;
  }

  /// The table, no line wider than this.
  ///
  /// @param waiting offsets that wait for each phase, by `pipeline.phase`
  public static List<String> lines(
      List<PhasePlacement> phases, Map<String, Long> waiting, int width) {
    if (phases.isEmpty()) return List.of("There are no topics of pipelines here.");
    var table =
        new Table(
            List.of(
                Table.text("PHASE", Fit.NAME),
                Table.text("SERVER", Fit.ID),
                Table.text("STATE", Fit.NEEDED),
                Table.number("RUNNING", Fit.NEEDED),
                Table.text("SET", Fit.WANTED),
                Table.number("LAG", Fit.NEEDED),
                Table.number("PARTS", Fit.USEFUL)));
    for (var phase : phases) {
      var shown = phase.places().stream().filter(PlacementCommand::isShown).toList();
      for (var place : shown) row(table, phase, place);
      if (shown.isEmpty()) {
        var state = phase.run() == RunState.RUNNING ? "no worker" : phase.run().text();
        table.row(phase.id(), "-", state, "-", set(phase, null), number(waiting, phase), "-");
      }
    }
    return table.lines(width);
  }

  /// A server that ended in order has left its share to others.
  private static boolean isShown(Place place) {
    return place.liveness() != WorkerView.Liveness.STOPPED;
  }

  private static void row(Table table, PhasePlacement phase, Place place) {
    var beat = place.beat();
    table.row(
        phase.id(),
        place.server(),
        place.state(),
        String.format(Locale.ROOT, "%,d/%,d", beat.running(), beat.permits())
            + (beat.permitsAuto() ? " auto" : ""),
        set(phase, place),
        beat.lag() < 0 ? "unknown" : String.format(Locale.ROOT, "%,d", beat.lag()),
        Integer.toString(beat.partitions()));
  }

  private static String set(PhasePlacement phase, @Nullable Place place) {
    if (place != null && place.own().permits() > 0) return place.own().permits() + " here";
    return phase.own().permits() > 0 ? phase.own().permits() + " all" : "-";
  }

  private static String number(Map<String, Long> waiting, PhasePlacement phase) {
    var known = waiting.get(phase.id());
    return known == null ? "unknown" : String.format(Locale.ROOT, "%,d", known);
  }
}
