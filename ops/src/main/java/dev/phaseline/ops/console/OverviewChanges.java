package dev.phaseline.ops.console;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Detector of changes between two overviews. With thousands of phases an overview has hundreds of
/// kilobytes, and while nothing moves only its clocks differ. For one thread.
final class OverviewChanges {
  /// So often it is told anyway, so that what a page shows is never much older.
  static final Duration AT_LEAST_EVERY = Duration.ofSeconds(5);

  private OverviewJson.@Nullable Overview last;
  private Instant toldAt = Instant.EPOCH;

  /// Whether it is to be sent; it counts as sent then.
  boolean isNews(OverviewJson.Overview overview, Instant now) {
    var said = overview.withoutTimes();
    var isOld = !now.isBefore(toldAt.plus(AT_LEAST_EVERY));
    if (!isOld && said.equals(last)) return false;
    last = said;
    toldAt = now;
    return true;
  }
}
