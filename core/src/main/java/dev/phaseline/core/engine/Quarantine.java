package dev.phaseline.core.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Poison-pill quarantine of one partition, as its owners hand it on with the committed offset: how
/// many of them have died in a row, which items they can have been running, and which of those were
/// on trial at that moment. It is what keeps a poison pill from taking down one worker after
/// another.
///
/// Only an owner that did not let go in order counts as dead, whatever the reason: a crash, a kill,
/// or a freeze that outlasted the session. They can't be told apart from here.
///
/// @param deaths how many owners in a row have died before the suspected range was done
/// @param until end of the suspected range: items before this offset may have been running
/// @param narrowed the trials that earlier owners died of and that are being split, ascending and
///   apart from each other
/// @param trial the trial that is under way: whatever else of the range is open, is not running
public record Quarantine(int deaths, long until, List<Trial> narrowed, Trial trial) {
  /// Number of trials not survived that are remembered. More than one, so that a death in another
  /// place, of another record or of none, does not undo what is known already.
  public static final int NARROWED_MAX = 4;

  /// No quarantine: no owner has died.
  public static final Quarantine NONE = new Quarantine(0, 0, List.of(), Trial.NONE);

  /// A trial run: a stretch of suspected items that run while the others of their partition wait,
  /// so that a death is a death of one of these.
  ///
  /// @param from its first item's offset
  /// @param until the offset after its last item's
  /// @param items how many items of it were to be run
  /// @param alone how often one item has run with no other trial in its process, this time
  ///   included; 0 for trials that run beside those of other partitions
  public record Trial(long from, long until, int items, int alone) {
    /// No trial.
    public static final Trial NONE = new Trial(0, 0, 0, 0);

    public Trial {
      if (from < 0) throw new IllegalArgumentException("from < 0: " + from);
      if (items < 0) throw new IllegalArgumentException("items < 0: " + items);
      if (until - from < items) {
        throw new IllegalArgumentException(items + " items from " + from + " to " + until);
      }
      if (alone < 0) throw new IllegalArgumentException("alone < 0: " + alone);
      if (alone > 0 && (items != 1 || until != from + 1)) {
        throw new IllegalArgumentException("one item alone, but " + items + " up to " + until);
      }
      if (items == 0 && until > 0) throw new IllegalArgumentException("no items up to " + until);
    }

    /// Whether there is none.
    public boolean isNone() {
      return items == 0;
    }

    /// Whether an offset lies in it.
    public boolean contains(long offset) {
      return from <= offset && offset < until;
    }

    /// Whether it is of one item that runs without any other trial in its process.
    public boolean isAlone() {
      return alone > 0;
    }

    private boolean meets(Trial that) {
      return from < that.until && that.from < until;
    }
  }

  public Quarantine {
    if (deaths < 0) throw new IllegalArgumentException("deaths < 0: " + deaths);
    if (until < 0) throw new IllegalArgumentException("until < 0: " + until);
    narrowed = List.copyOf(narrowed);
    if (narrowed.size() > NARROWED_MAX) {
      throw new IllegalArgumentException(narrowed.size() + " trials are being split");
    }
    for (var i = 1; i < narrowed.size(); i++) {
      if (narrowed.get(i).from() < narrowed.get(i - 1).until()) {
        throw new IllegalArgumentException("trials overlap at " + narrowed.get(i).from());
      }
    }
  }

  /// The state of the next owner when the one that wrote this has died: the trial that it died of
  /// is split from now on. What is left behind it of a wider one stays: there may be another record
  /// like it.
  Quarantine afterDeath(long through) {
    if (trial.isNone()) {
      return new Quarantine(deaths + 1, Math.max(until, through), narrowed, trial);
    }
    var split = new ArrayList<Trial>();
    for (var one : narrowed) if (!one.meets(trial)) split.add(one);
    split.add(trial);
    for (var one : narrowed) {
      var rest = one.items() - trial.items();
      if (one.meets(trial) && one.until() > trial.until() && rest > 0) {
        split.add(new Trial(trial.until(), one.until(), fitting(rest, one), 0));
      }
    }
    split.sort(Comparator.comparingLong(Trial::from));
    if (split.size() > NARROWED_MAX) {
      split.remove(split.stream().max(Comparator.comparingInt(Trial::items)).orElse(trial));
    }
    return new Quarantine(deaths + 1, Math.max(until, through), split, Trial.NONE);
  }

  private int fitting(int items, Trial in) {
    return (int) Math.min(items, in.until() - trial.until());
  }

  /// The state to go on with when no owner has died: by the next owner after one that let go in
  /// order, and by one that lost the partition and has it back.
  Quarantine withoutDeath(long through) {
    if (deaths == 0) return NONE;
    return new Quarantine(deaths, Math.max(until, through), narrowed, Trial.NONE);
  }
}
