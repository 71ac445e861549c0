package dev.phaseline.cli.progress;

import java.time.Duration;
import java.util.List;

/// Content of the display at one moment. Immutable.
///
/// @param title what is running
/// @param elapsed since it began; the display has no clock but this
/// @param phases in the pipeline's order
public record View(String title, Duration elapsed, List<PhaseCounts> phases) {
  public View {
    phases = List.copyOf(phases);
  }
}
