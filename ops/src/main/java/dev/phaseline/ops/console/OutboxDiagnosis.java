package dev.phaseline.ops.console;

import dev.phaseline.ops.console.Trouble.Severity;
import dev.phaseline.ops.control.OutboxView;
import dev.phaseline.schemas.Clipped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Troubles of outboxes, for the overview. Pure.
final class OutboxDiagnosis {
  /// A relay that works off a burst is behind for a moment.
  private static final Duration LAG_MAX = Duration.ofSeconds(30);

  private static final int WORDS_CHARS_MAX = 300;

  private OutboxDiagnosis() {}

  static List<Trouble> of(List<OutboxView> outboxes) {
    var found = new ArrayList<Trouble>();
    for (var outbox : outboxes) {
      if (outbox.state().stopped()) stopped(outbox, found);
      else if (outbox.isSilent()) silent(outbox, found);
      else working(outbox, found);
    }
    return found;
  }

  private static void stopped(OutboxView outbox, List<Trouble> found) {
    var name = outbox.state().outbox();
    if (outbox.age().compareTo(OutboxView.SILENT_AFTER) <= 0) return; // it is restarted
    found.add(
        new Trouble(
            outbox.state().waiting() > 0 ? Severity.BAD : Severity.INFO,
            "No relay of outbox " + name + " runs: jobs submitted through it wait",
            "Start one: phaseline outbox run " + name + ".",
            ""));
  }

  private static void silent(OutboxView outbox, List<Trouble> found) {
    var name = outbox.state().outbox();
    found.add(
        new Trouble(
            Severity.BAD,
            "The relay of outbox %s, %s, has been silent for %d s"
                .formatted(name, Clipped.of(outbox.state().relay()), outbox.age().toSeconds()),
            "It was killed, or can't reach its database or Kafka: read its log. Another one takes"
                + " its place: phaseline outbox run "
                + name
                + ".",
            ""));
  }

  private static void working(OutboxView outbox, List<Trouble> found) {
    var state = outbox.state();
    if (!state.condition().isEmpty()) {
      found.add(
          new Trouble(
              Severity.BAD,
              "Outbox " + state.outbox() + ": " + Clipped.of(state.condition(), WORDS_CHARS_MAX),
              "Rows of that topic wait, all others go on.",
              ""));
    } else if (outbox.lag().compareTo(LAG_MAX) > 0) {
      found.add(
          new Trouble(
              Severity.WARN,
              String.format(
                  Locale.ROOT,
                  "Outbox %s is behind: %,d %s, the oldest for %d s",
                  state.outbox(),
                  state.waiting(),
                  state.waiting() == 1 ? "row waits" : "rows wait",
                  outbox.lag().toSeconds()),
              "A long transaction in the database slows the relay down; so do slow brokers.",
              ""));
    }
  }
}
