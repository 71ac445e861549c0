package dev.phaseline.testkit.sim;

import dev.phaseline.core.engine.Batch;
import dev.phaseline.core.engine.LaneSettings;

/// A lane holds no more items, bytes and results than it is told, its transactions are no larger,
/// and it commits nothing that says nothing.
final class Bounds implements Guarantee {
  static final int SETTLEMENT_BYTES_MAX = 1_000;
  private static final int ITEM_BYTES_MAX = 500;

  private final Books books;
  private final LaneSettings settings;
  private final int pollMax;

  Bounds(Books books, Scenario scenario) {
    this.books = books;
    settings = scenario.settings();
    pollMax = scenario.pollMax();
  }

  @Override
  public String name() {
    return "bounds";
  }

  @Override
  public void delivered(Tenure.Course course) {
    // what an expelled lane takes for its own commit may have been its successor's
    if (course.tenure.lane.isStale()) return;
    var items = 1;
    var bytes = (long) course.item.bytes();
    for (var tenure : course.tenure.lane.tenures()) {
      for (var other : tenure.courses.values()) {
        if (!other.held || other == course) continue;
        items++;
        bytes += other.item.bytes();
      }
    }
    var limits = settings.options().limits();
    if (items >= limits.inFlightItemsMax() + pollMax) throw broken("holds " + items + " items");
    var bytesMax = limits.inFlightBytesMax() + (long) pollMax * ITEM_BYTES_MAX;
    if (bytes >= bytesMax) throw broken("holds " + bytes + " bytes of items");
  }

  /// Results wait in the lane, in the commit that is under way, and between the two; runs that have
  /// started add theirs.
  @Override
  public void posted(Tenure.Run run) {
    var lane = run.course.tenure.lane;
    if (run.abandoned || lane.isWide()) return;
    var bytes = 0L;
    for (var tenure : lane.tenures()) {
      for (var course : tenure.courses.values()) bytes += course.unpublished;
    }
    var limits = settings.options().limits();
    var bytesMax =
        2 * limits.inFlightBytesMax()
            + settings.commit().bytesMax()
            + (long) (settings.options().concurrency() + 2) * SETTLEMENT_BYTES_MAX;
    if (bytes > bytesMax) throw broken("holds " + bytes + " bytes of results");
  }

  @Override
  public void publishing(SimLane lane, Batch batch) {
    if (batch.size() > settings.commit().itemsMax()) {
      throw broken("a transaction has " + batch.size() + " items");
    }
    if (batch.size() > 1 && batch.bytes() > settings.commit().bytesMax()) {
      throw broken("a transaction has " + batch.bytes() + " bytes");
    }
    if (batch.size() == 0 && saysNothing(lane, batch)) throw broken("a transaction says nothing");
  }

  private boolean saysNothing(SimLane lane, Batch batch) {
    for (var entry : batch.offsets().entrySet()) {
      var said = lane.tenure(entry.getKey());
      if (said == null || said.said == null) return false;
      var now = SimTransactions.read(entry.getValue());
      var before = said.said;
      // A commit of unknown fate lies between: the lane may have read it back as done, from what
      // its successor has committed, and then it has to take back what it said there.
      if (now.seq() != before.seq() + 1) return false;
      if (now.frontier() != before.frontier()
          || now.through() != before.through()
          || now.clean() != before.clean()
          || !now.quarantine().trial().isNone()
          || !now.quarantine().equals(before.quarantine())) {
        return false;
      }
    }
    return books.commits() > 0;
  }
}
