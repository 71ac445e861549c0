package dev.phaseline.cli.types;

import dev.phaseline.cli.text.Printable;
import dev.phaseline.cli.text.Table;
import dev.phaseline.cli.text.Table.Fit;
import dev.phaseline.cli.text.Widths;
import dev.phaseline.core.Phase;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.RetryPolicy;
import dev.phaseline.schemas.DurationText;
import dev.phaseline.server.KnownType;
import dev.phaseline.worker.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Kinds of jobs and placements as tables for a terminal. Stateless.
final class TypeTable {
  private TypeTable() {}

  /// A kind of job with its phases, no line wider than this.
  static List<String> of(KnownType type, int width) {
    var head = new StringBuilder(type.pipeline().name());
    head.append("  version ").append(type.pipeline().version());
    type.parent().ifPresent(parent -> head.append(", extends ").append(parent));
    head.append(", from ").append(type.source());
    var table =
        new Table(
            List.of(
                Table.text("PHASE", Fit.NAME),
                Table.number("PERMITS", Fit.NEEDED),
                Table.text("ORDER", Fit.NEEDED),
                Table.number("TIMEOUT", Fit.NEEDED),
                Table.text("RETRY", Fit.WANTED),
                Table.text("ON FAILURE", Fit.WANTED),
                Table.text("WHEN IN PLACE TOO LONG", Fit.EXTRA)));
    for (var phase : type.pipeline().phases()) {
      var options = phase.options();
      table.row(
          phase.name(),
          permits(options),
          order(options) + (phase.keyBy() == null ? "" : " of payload"),
          DurationText.of(options.timeout()),
          retry(options.retry()),
          recovery(phase, type.pipeline().onFailure().isPresent()),
          lower(options.failures().afterInPlace()));
    }
    var lines = new ArrayList<String>(Widths.wrapped(Printable.line(head.toString()), width, "  "));
    indented(table, width, lines);
    return lines;
  }

  /// A table of the phases that a server would run, no line wider than this.
  static List<String> of(List<Placement> placements, int width) {
    var table =
        new Table(
            List.of(
                Table.text("PHASE", Fit.NAME),
                Table.number("PERMITS", Fit.NEEDED),
                Table.number("LANES", Fit.USEFUL),
                Table.text("ORDER", Fit.NEEDED),
                Table.number("TIMEOUT", Fit.NEEDED),
                Table.text("RETRY", Fit.WANTED)));
    for (var one : placements) {
      table.row(
          one.pipeline().name() + '.' + one.phase(),
          one.standby() ? "standby" : permits(one.options()),
          Integer.toString(one.lanes()),
          order(one.options()),
          DurationText.of(one.options().timeout()),
          retry(one.options().retry()));
    }
    var lines = new ArrayList<String>();
    indented(table, width, lines);
    return lines;
  }

  /// Decision about an item that is about to die, and whether the phase can be undone.
  private static String recovery(Phase<?> phase, boolean ofPipeline) {
    var decides = phase.recovery().onFailure() != null || ofPipeline;
    var undoes = phase.recovery().compensation() != null;
    if (decides) return undoes ? "handler, undo" : "handler";
    return undoes ? "dead, undo" : "dead";
  }

  private static void indented(Table table, int width, List<String> lines) {
    for (var row : table.lines(Math.max(1, width - 2))) lines.add("  " + row);
  }

  private static String permits(PhaseOptions options) {
    var number = String.format(Locale.ROOT, "%,d", options.concurrency());
    return options.autoConcurrency() ? "auto to " + number : number;
  }

  private static String order(PhaseOptions options) {
    return lower(options.ordering());
  }

  private static String retry(RetryPolicy policy) {
    if (policy.attemptsMax() == 1) return "never";
    return "%,dx, %s to %s"
        .formatted(
            policy.attemptsMax(),
            DurationText.of(policy.delayMin()),
            DurationText.of(policy.delayMax()));
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
