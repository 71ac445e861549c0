package dev.phaseline.ops.tracker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Estimate of the time that an item needs from a phase to its end, from the last minute.
///
/// The rule. An item is through a phase at the later of two moments:
/// - when it came there, plus what a handler usually takes: the median that workers report, or else
///   the median stay, or else nothing;
/// - when all has gone on that waits there now and that will have come before the item, at the
///   rates of the last minute: `(waiting + in/s * time until it comes) / out/s`. What comes after
///   the item does not hold it up, so a phase into which more comes than goes has an end for the
///   item too.
///
/// From there it goes to each phase whose records came from this one, and the slowest way counts.
/// Two kinds of ways do not: those that are taken less than once for a hundred times that the most
/// usual one is (to end in a phase is a way too), and those that lead back to a phase on the way,
/// so that nothing goes round for ever: each phase counts once.
///
/// Nothing is said when a phase ahead stands still, which is to say that none went on in the last
/// minute and some wait or come; or when the item's own is not known. A phase of which no record
/// has come from elsewhere yet is not ahead of anything: ways are learned.
///
/// Immutable.
final class RemainingTime {
  /// A way is taken at least once for so many times that the most usual one is.
  private static final long RARE = 100;

  private final Map<String, PhaseView> phases = new HashMap<>();

  /// The next phases of items of a phase, the most usual first.
  private final Map<String, List<String>> ways = new HashMap<>();

  /// @param pipeline whose
  /// @param views of all phases, others' too
  RemainingTime(String pipeline, Collection<PhaseView> views) {
    for (var view : views) {
      if (view.pipeline().equals(pipeline)) phases.put(view.phase(), view);
    }
    for (var phase : phases.keySet()) ways.put(phase, next(phase));
  }

  private List<String> next(String phase) {
    var from = phases.get(phase);
    var taken = new HashMap<String, Long>();
    for (var view : phases.values()) {
      var records = view.from().get(phase);
      if (records != null && !view.phase().equals(phase)) taken.put(view.phase(), records);
    }
    var most = from == null ? 0 : from.done();
    for (var records : taken.values()) most = Math.max(most, records);
    var usual = new ArrayList<String>();
    for (var way : taken.entrySet()) {
      if (way.getValue() >= most / (double) RARE) usual.add(way.getKey());
    }
    usual.sort(
        Comparator.comparing((String to) -> taken.getOrDefault(to, 0L))
            .reversed()
            .thenComparing(Comparator.naturalOrder()));
    return usual;
  }

  /// From now to the end of an item.
  ///
  /// @param phase where it is
  /// @param comes when it comes there; zero: it is there
  /// @return null when nothing can be said
  @Nullable Duration from(String phase, Duration comes) {
    if (!phases.containsKey(phase)) return null;
    var walk = new Walk();
    walk.into(phase);
    var arrivals = new HashMap<String, Double>();
    arrivals.put(phase, comes.toMillis() / 1e3);
    var last = 0.0;
    for (var at : walk.order) {
      var through = through(at, arrivals.getOrDefault(at, 0.0));
      if (through == null) return null;
      last = Math.max(last, through);
      for (var to : walk.ahead.getOrDefault(at, List.of())) arrivals.merge(to, through, Math::max);
    }
    return PhaseSums.seconds(last);
  }

  /// The time after which an item is through that comes so many seconds from now.
  private @Nullable Double through(String phase, double comes) {
    var view = phases.get(phase);
    if (view == null) return null;
    var handled = comes + usual(view);
    var before = view.waiting() + view.inPerSecond() * comes;
    if (before <= 0) return handled;
    if (view.outPerSecond() <= 0) return null;
    return Math.max(handled, before / view.outPerSecond());
  }

  private static double usual(PhaseView view) {
    var known = view.handled() == null ? view.stay() : view.handled();
    return known == null ? 0 : known.p50().toNanos() / 1e9;
  }

  /// The phases ahead, each behind all from which items come to it.
  private final class Walk {
    final Deque<String> order = new ArrayDeque<>();
    final Map<String, List<String>> ahead = new HashMap<>();
    private final Set<String> onTheWay = new HashSet<>();

    void into(String phase) {
      onTheWay.add(phase);
      var goes = new ArrayList<String>();
      ahead.put(phase, goes);
      for (var to : ways.getOrDefault(phase, List.of())) {
        if (onTheWay.contains(to)) continue; // back
        goes.add(to);
        if (!ahead.containsKey(to)) into(to);
      }
      onTheWay.remove(phase);
      order.addFirst(phase);
    }
  }
}
