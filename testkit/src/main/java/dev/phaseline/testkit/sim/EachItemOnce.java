package dev.phaseline.testkit.sim;

import dev.phaseline.core.engine.Progress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Every item gets exactly one settlement, whole, and the committed offsets say "complete" of
/// exactly the items that have one: at every commit, not only in the end.
final class EachItemOnce implements Guarantee {
  private final Books books;
  private final Map<SimItem, String> effects = new HashMap<>();

  EachItemOnce(Books books) {
    this.books = books;
  }

  @Override
  public String name() {
    return "each-item-once";
  }

  @Override
  public void decided(SimTransactions.Transaction transaction) {
    var here = new HashSet<SimItem>();
    for (var i = 0; i < transaction.made().size(); i++) {
      var made = transaction.made().get(i);
      if (transaction.records().get(i) != made.records()) {
        throw broken(
            made.item() + " is torn: " + transaction.records().get(i) + " of " + made.records());
      }
      if (!here.add(made.item()) || books.isSettled(made.item())) {
        throw broken(made.item() + " is settled twice");
      }
    }
    for (var item : here) {
      if (!transaction.offsets().containsKey(item.partition())) {
        throw broken(item + " is settled without its partition's offset");
      }
    }
    transaction.progress().forEach((partition, progress) -> cutAgrees(partition, progress, here));
  }

  private void cutAgrees(int partition, Progress progress, Set<SimItem> here) {
    var from = Math.min(progress.frontier(), books.committed(partition).frontier());
    var items = books.topic().of(partition);
    for (var i = books.topic().placeAt(partition, from); i < items.size(); i++) {
      var item = items.get(i);
      var settled = books.isSettled(partition, i) || here.contains(item);
      if (progress.isComplete(item.offset()) == settled) continue;
      throw broken(
          settled
              ? item + " is settled, but the committed offset does not cover it"
              : item + " is covered by the committed offset, but has no settlement");
    }
  }

  /// One key for whatever an item does outside, however often it runs.
  @Override
  public void posted(Tenure.Run run) {
    if (!(run.result instanceof dev.phaseline.core.engine.AttemptResult.Settled(var made))) {
      return;
    }
    var key = ((Made) made).effectKey();
    var before = effects.putIfAbsent(run.item(), key);
    if (before != null && !before.equals(key)) {
      throw broken(run.item() + " acts outside as " + before + " and as " + key);
    }
  }

  @Override
  public void ended() {
    for (var p = 0; p < books.topic().partitions(); p++) {
      for (var item : books.topic().of(p)) {
        if (!books.isSettled(item)) throw broken(item + " is lost");
      }
    }
  }
}
