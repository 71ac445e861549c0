package dev.phaseline.core.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The attempts that are handed out, in the order in which they were. Owned by the lane. The links
/// are in the attempts themselves: a hash set of them cost a twentieth of a lane's time. Keeps the
/// quarantines' counts of what runs on trial, because every attempt begins and ends here.
final class AttemptList {
  private @Nullable Attempt first;
  private @Nullable Attempt last;
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void add(Attempt attempt) {
    attempt.runsAfter = last;
    if (last == null) first = attempt;
    else last.runsBefore = attempt;
    last = attempt;
    attempt.listed = true;
    attempt.slot().to(ItemState.RUNNING);
    attempt.onTrial = attempt.slot().ledger.quarantine().isHeld(attempt.slot().offset());
    if (attempt.onTrial) attempt.slot().ledger.quarantine().began();
    size++;
  }

  /// Takes one out; nothing happens when it is not here.
  void remove(Attempt attempt) {
    if (!attempt.listed) return;
    var before = attempt.runsAfter;
    var after = attempt.runsBefore;
    if (before == null) first = after;
    else before.runsBefore = after;
    if (after == null) last = before;
    else after.runsAfter = before;
    attempt.runsAfter = null;
    attempt.runsBefore = null;
    attempt.listed = false;
    attempt.slot().to(ItemState.ENDED);
    if (attempt.onTrial) attempt.slot().ledger.quarantine().ended();
    size--;
  }

  /// All of them, to be looked at while some are taken out.
  List<Attempt> all() {
    var all = new ArrayList<Attempt>(size);
    for (var attempt = first; attempt != null; attempt = attempt.runsBefore) all.add(attempt);
    return all;
  }
}
