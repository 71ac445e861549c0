package dev.phaseline.testkit;

import dev.phaseline.testkit.Event.Delayed;
import dev.phaseline.testkit.Event.Ended;
import dev.phaseline.testkit.Event.Renewed;
import dev.phaseline.testkit.Event.Started;
import dev.phaseline.testkit.Event.Stopped;
import dev.phaseline.testkit.Event.Submitted;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Phaseline's guarantees as objects that check the events seen by a test of one phase, or of a
/// whole pipeline where items keep their ids.
///
/// ```java
/// var events = Collections.synchronizedList(new ArrayList<Event>());
/// events.add(new Event.Submitted("job-1", "Ada"));
/// // in the handler: new Event.Started(...), and new Event.Stopped(...) when it leaves
/// // for each record in done and dead: new Event.Ended(...)
/// Guarantees.verify(List.copyOf(events));
/// ```
public final class Guarantees {
  private record Named(String name, Function<List<Event>, List<String>> judge)
      implements Guarantee {
    @Override
    public List<String> violations(List<Event> events) {
      return judge.apply(events);
    }
  }

  private Guarantees() {}

  /// All of them.
  public static List<Guarantee> all() {
    return List.of(
        nothingLost(), nothingDoubled(), orderByKey(), attemptsWithoutGaps(), neverEarly());
  }

  /// Judges by all of them.
  ///
  /// @throws AssertionError naming the first that does not hold
  public static void verify(List<Event> events) {
    for (var guarantee : all()) guarantee.verify(events);
  }

  /// The guarantee that each submitted item has ended.
  public static Guarantee nothingLost() {
    return new Named("nothing lost", Guarantees::lost);
  }

  /// Nothing has ended twice, and nothing that was not submitted.
  public static Guarantee nothingDoubled() {
    return new Named("nothing doubled", Guarantees::doubled);
  }

  /// Items of one key do not overlap, and each starts only when those submitted before it have had
  /// their last attempt, or end without any, as those of cancelled jobs do. Items without a key
  /// have no order.
  public static Guarantee orderByKey() {
    return new Named("order by key", Guarantees::disorder);
  }

  /// An item's attempts are 1, 2, 3, ...; the same number may come again, when an attempt did not
  /// count; after [Renewed] they begin at 1 again or go on.
  public static Guarantee attemptsWithoutGaps() {
    return new Named("attempts without gaps", Guarantees::gaps);
  }

  /// No attempt starts before its time.
  public static Guarantee neverEarly() {
    return new Named("never early", Guarantees::early);
  }

  private static List<String> lost(List<Event> events) {
    var open = new LinkedHashSet<String>();
    for (var event : events) if (event instanceof Submitted) open.add(event.item());
    for (var event : events) if (event instanceof Ended) open.remove(event.item());
    return open.stream().map(item -> item + " has not ended").toList();
  }

  private static List<String> doubled(List<Event> events) {
    var submitted = new HashSet<String>();
    for (var event : events) if (event instanceof Submitted) submitted.add(event.item());
    var ended = new HashSet<String>();
    var found = new ArrayList<String>();
    for (var event : events) {
      if (!(event instanceof Ended)) continue;
      if (!ended.add(event.item())) found.add(event.item() + " has ended twice");
      if (!submitted.contains(event.item())) {
        found.add(event.item() + " has ended, but was not submitted");
      }
    }
    return found;
  }

  private static List<String> disorder(List<Event> events) {
    Map<String, String> keyOf = new HashMap<>();
    Map<String, Deque<String>> lines = new HashMap<>();
    Map<String, String> running = new HashMap<>();
    var lastStart = new HashMap<String, Integer>();
    for (var i = 0; i < events.size(); i++) {
      if (events.get(i) instanceof Started started) lastStart.put(started.item(), i);
    }
    var untried = new HashSet<String>();
    for (var event : events) {
      if (event instanceof Ended && !lastStart.containsKey(event.item())) untried.add(event.item());
    }
    var found = new ArrayList<String>();
    for (var i = 0; i < events.size(); i++) {
      switch (events.get(i)) {
        case Submitted(var item, var key) -> {
          if (key == null || untried.contains(item)) continue;
          keyOf.put(item, key);
          lines.computeIfAbsent(key, _ -> new ArrayDeque<>()).addLast(item);
        }
        case Started(var item, var attempt, _) -> {
          var key = keyOf.get(item);
          if (key == null) continue;
          var other = running.put(key, item);
          if (other != null) found.add(item + " starts while " + other + " runs, of key " + key);
          var line = lines.getOrDefault(key, new ArrayDeque<>());
          while (!line.isEmpty() && lastStart.getOrDefault(line.getFirst(), i) < i) {
            line.removeFirst();
          }
          if (!line.isEmpty() && !line.getFirst().equals(item)) {
            found.add(item + " #" + attempt + " starts before " + line.getFirst());
          }
        }
        case Stopped(var item) -> {
          var key = keyOf.get(item);
          if (key != null) running.remove(key, item);
        }
        case Delayed _, Renewed _, Ended _ -> {}
      }
    }
    return found;
  }

  private static List<String> gaps(List<Event> events) {
    var latest = new HashMap<String, Integer>();
    var renewed = new HashSet<String>();
    var found = new ArrayList<String>();
    for (var event : events) {
      if (event instanceof Renewed) renewed.add(event.item());
      if (!(event instanceof Started(var item, var attempt, _))) continue;
      var before = latest.getOrDefault(item, 0);
      var anew = renewed.remove(item) && attempt == 1;
      var goesOn = attempt == before + 1 || (before > 0 && attempt == before);
      if (!anew && !goesOn) found.add(item + " has attempt " + attempt + " after " + before);
      latest.put(item, attempt);
    }
    return found;
  }

  private static List<String> early(List<Event> events) {
    var notBefore = new HashMap<String, Instant>();
    var found = new ArrayList<String>();
    for (var event : events) {
      if (event instanceof Delayed(var item, var time)) notBefore.put(item, time);
      if (!(event instanceof Started(var item, var attempt, var at))) continue;
      var time = notBefore.remove(item);
      if (time != null && at.isBefore(time)) {
        found.add(item + " #" + attempt + " starts at " + at + ", not before " + time);
      }
    }
    return found;
  }
}
