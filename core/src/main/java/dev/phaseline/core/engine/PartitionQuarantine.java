package dev.phaseline.core.engine;

import dev.phaseline.core.engine.Quarantine.Trial;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Poison-pill quarantine of a partition, as its owner works it off: the items that may have killed
/// earlier owners, and those of them that may run now. Owned by the lane.
///
/// One dead owner is an accident, and nothing is held back. After the second, suspected items run
/// in trials only, each committed before it starts. A trial that is survived clears its items; one
/// that is not is split by the next owner, down to one item alone. So the record that kills is
/// found after a number of deaths that grows with the logarithm of the range, and everything else
/// is run many at a time.
///
/// @param <N> the items: nodes of its list
final class PartitionQuarantine<N extends OffsetNode<N>> {
  /// After so many dead owners in a row, suspected items are held back.
  static final int DEATHS_MIN = 2;

  private final LaneSettings.Trials rule;
  private final TrialGate.Place place;
  private final long sinceNanos;
  private final PriorityQueue<N> waiting =
      new PriorityQueue<>(Comparator.comparingLong(OffsetNode::offset));
  private int deaths;
  private long until;
  private int toCome; // suspects that were not delivered yet
  private int suspects; // delivered so far
  private int unsettled; // of those
  private int incomplete; // of those: settled ones count until their commit is known
  private final NarrowedTrials narrowed;
  private Trial trial = Trial.NONE;
  private Quarantine said; // as it was committed last
  private boolean opened; // it is committed
  private boolean released; // what waited for the trial was told to start
  private int running; // attempts of the trial
  private int itemsMax;
  private boolean endWanted;

  /// The quarantine that an owner starts with.
  ///
  /// @param inherited its quarantine
  /// @param toCome how many items beyond what is known earlier owners can have started
  /// @param sinceNanos when it began
  record Start(Quarantine inherited, int toCome, long sinceNanos) {}

  /// @param place at the gate of the process
  PartitionQuarantine(LaneSettings.Trials rule, Start start, TrialGate.Place place) {
    var inherited = start.inherited();
    this.rule = rule;
    this.place = place;
    this.sinceNanos = start.sinceNanos();
    this.deaths = inherited.deaths();
    this.until = inherited.until();
    this.narrowed = new NarrowedTrials(inherited.narrowed());
    // How far in offsets the dead owner had come can't be known: gaps may be wide. It is counted.
    this.toCome = deaths > 0 ? start.toCome() : 0;
    this.said = inherited;
    this.itemsMax = rule.itemsMin();
  }

  /// An item was delivered that is not complete.
  ///
  /// @param known whether an earlier owner's commit had mentioned it
  void delivered(long offset, boolean known) {
    if (toCome > 0 && !known) {
      toCome--;
      until = Math.max(until, offset + 1);
    }
    if (!suspects(offset)) return;
    suspects++;
    unsettled++;
    incomplete++;
    narrowed.delivered(offset);
  }

  /// An item will not be run any more by this owner.
  void settled(long offset) {
    if (suspects(offset)) unsettled--;
  }

  /// The commit that completes an item is known to have happened.
  void completed(long offset) {
    if (!suspects(offset)) return;
    incomplete--;
    narrowed.completed(offset);
  }

  /// Whether any item may be in the suspected range.
  boolean hasSuspects() {
    return deaths > 0;
  }

  /// Whether an item is in the suspected range.
  boolean suspects(long offset) {
    return deaths > 0 && offset < until;
  }

  /// Everything is delivered that there was when the last owner died: what comes now, it can't have
  /// started.
  void caughtUp() {
    if (toCome == 0) return;
    toCome = 0;
    endWanted = true;
  }

  /// Whether more suspects may be delivered than are known.
  boolean awaitsMore() {
    return toCome > 0;
  }

  /// Whether an item must not start now.
  boolean holds(long offset) {
    return isHeld(offset) && !(opened && trial.contains(offset));
  }

  /// Whether an item may start in a trial only.
  boolean isHeld(long offset) {
    return deaths >= DEATHS_MIN && offset < until;
  }

  /// Whether an item has killed its process so often, alone, that it must not start again.
  boolean condemns(long offset) {
    return isHeld(offset) && deathsAlone(offset) >= rule.crashesAloneMax();
  }

  /// Number of owners that have died while an item ran alone.
  int deathsAlone(long offset) {
    var of = narrowed.of(offset);
    return of == null ? 0 : of.alone();
  }

  /// The first of its queue must wait for a trial.
  void await(N head) {
    waiting.add(head);
  }

  /// The waiting items, in no order.
  Iterable<N> waiting() {
    return waiting;
  }

  void nothingWaits() {
    waiting.clear();
  }

  boolean isIdle() {
    return waiting.isEmpty() && trial.isNone();
  }

  /// The next one that may start now, taken from those that wait; null when there is none.
  @Nullable N release() {
    if (released || !opened) return null;
    var first = waiting.peek();
    if (first != null && trial.contains(first.offset())) return waiting.remove();
    released = true;
    return null;
  }

  /// An attempt at an item begins.
  void began() {
    running++;
  }

  /// Ends the item's turn: it has ended, or was taken back.
  void ended() {
    running--;
  }

  /// Prepares the next trial if something waits for one and the gate lets it in; it is to be
  /// committed before anything of it starts.
  void propose() {
    if (!trial.isNone()) return;
    var first = waiting.peek();
    if (first == null) {
      place.leave();
      return;
    }
    var next = next(first);
    if (!place.tryEnter(next.isAlone())) return;
    trial = next;
    opened = false;
    released = false;
  }

  /// The next stretch: from the first that waits, no more unsettled items than a death may be split
  /// into.
  private Trial next(N first) {
    var from = first.offset();
    var died = narrowed.of(from);
    var most = died == null ? itemsMax : Math.ceilDiv(died.items(), rule.parts());
    var end = died == null ? narrowed.nextAfter(from, until) : died.until();
    var count = 0;
    var to = from;
    for (N slot = first; slot != null && slot.offset() < end && count < most; slot = slot.after) {
      if (slot.isSettled()) continue;
      count++;
      to = slot.offset() + 1;
    }
    var alone = died != null && most == 1 ? died.alone() + 1 : 0;
    return new Trial(from, to, count, alone);
  }

  /// Ends the trial once everything of it has run that could.
  void close() {
    if (trial.isNone() || !released || running > 0) return;
    if (narrowed.of(trial.from()) == null) {
      itemsMax = (int) Math.min(2L * itemsMax, rule.itemsMax());
    }
    end();
  }

  /// Calls the trial off if nothing of it runs, and waits for none.
  void callOff() {
    if (running == 0) end();
  }

  private void end() {
    place.leave();
    trial = Trial.NONE;
    opened = false;
    released = false;
  }

  /// The partition goes: its place at the gate is free.
  void leave() {
    place.leave();
  }

  /// The quarantine as a commit writes it.
  ///
  /// @param completing how many suspects it completes
  /// @param position where delivery stands
  /// @param more whether items are to come that earlier commits have named
  /// @param last whether the partition is let go in order: nothing of a trial runs any more
  Quarantine note(int completing, long position, boolean more, boolean last) {
    if (isOver(completing, more)) return Quarantine.NONE;
    var left = narrowed.left(position);
    return new Quarantine(deaths, until, left, last ? Trial.NONE : trial);
  }

  private boolean isOver(int completing, boolean more) {
    if (deaths == 0) return true;
    return toCome == 0 && !more && incomplete == completing && trial.isNone();
  }

  /// This was committed.
  void committed(Quarantine note) {
    said = note;
    // One that came up while this commit was under way is not in it.
    if (!trial.isNone() && trial.equals(note.trial())) opened = true;
    if (!note.equals(Quarantine.NONE)) return;
    deaths = 0;
    until = 0;
    unsettled = 0;
    incomplete = 0;
    narrowed.forget();
    endWanted = false;
  }

  /// Whether there is something to say before anything can go on.
  boolean commitWanted(boolean more) {
    if (trial.isNone()) return !said.trial().isNone() || (endWanted && isOver(0, more));
    return !opened;
  }

  /// Whether something waits for its turn at the gate.
  boolean waitsForTheGate() {
    return trial.isNone() && !waiting.isEmpty();
  }

  /// The condition to report; null when nothing is held back.
  LaneStats.@Nullable Quarantined stats(int partition, long now) {
    if (deaths < DEATHS_MIN || isOver(0, false)) return null;
    return new LaneStats.Quarantined(
        partition, deaths, unsettled, suspects, trial.isAlone(), now - sinceNanos);
  }
}
