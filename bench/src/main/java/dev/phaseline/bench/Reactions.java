package dev.phaseline.bench;

import dev.phaseline.bench.contender.Journal.Event;
import dev.phaseline.bench.contender.Journal.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// Reads out of the workers' journals when all of them had followed a command: the slowest counts.
/// Times are epoch microseconds; `issued` is when the command was given, because workers may follow
/// it before whoever gave it hears that it is done. Immutable.
///
/// @param workers each one's journal, in the order of time
record Reactions(List<List<Event>> workers) {
  Reactions {
    workers = workers.stream().map(List::copyOf).toList();
  }

  /// The time of the last handler's start; `issued` when none started after it.
  long lastStart(long issued, long until) {
    return workers.stream()
        .flatMap(List::stream)
        .filter(event -> event.kind() == Kind.START)
        .mapToLong(Event::atMicros)
        .filter(at -> at > issued && at <= until)
        .max()
        .orElse(issued);
  }

  /// The time at which each worker had started a handler; empty when one of them started none.
  OptionalLong firstStart(long issued, long until) {
    var slowest = issued;
    for (var worker : workers) {
      var first =
          worker.stream()
              .filter(event -> event.kind() == Kind.START)
              .mapToLong(Event::atMicros)
              .filter(at -> at > issued && at <= until)
              .min();
      if (first.isEmpty()) return first;
      slowest = Math.max(slowest, first.getAsLong());
    }
    return OptionalLong.of(slowest);
  }

  /// The time at which each worker had had so many handlers at work at once; empty when one of them
  /// never had.
  OptionalLong reached(int running, long issued, long until) {
    var slowest = issued;
    for (var worker : workers) {
      var reachedAt = OptionalLong.empty();
      var now = 0;
      for (var event : worker) {
        now += step(event);
        if (now < running || event.atMicros() <= issued || event.atMicros() > until) continue;
        reachedAt = OptionalLong.of(event.atMicros());
        break;
      }
      if (reachedAt.isEmpty()) return reachedAt;
      slowest = Math.max(slowest, reachedAt.getAsLong());
    }
    return OptionalLong.of(slowest);
  }

  /// From when on no worker had more handlers at work than that; empty when one of them still had.
  OptionalLong settled(int running, long issued, long until) {
    var slowest = issued;
    for (var worker : workers) {
      var now = 0;
      for (var event : worker) {
        if (event.atMicros() > until) break;
        var before = now;
        now += step(event);
        if (before > running && now <= running) slowest = Math.max(slowest, event.atMicros());
      }
      if (now > running) return OptionalLong.empty();
    }
    return OptionalLong.of(slowest);
  }

  /// The time at which the handlers of all these items had been told that their job is cancelled;
  /// empty when one of them was not.
  OptionalLong told(Set<Long> ids, long until) {
    Map<Long, Long> toldAt = new HashMap<>();
    for (var worker : workers) {
      for (var event : worker) {
        if (event.kind() == Kind.TOLD && event.atMicros() <= until && ids.contains(event.id())) {
          toldAt.put(event.id(), event.atMicros());
        }
      }
    }
    if (!toldAt.keySet().equals(ids)) return OptionalLong.empty();
    return toldAt.values().stream().mapToLong(at -> at).max();
  }

  /// The number of handler starts of these items.
  long starts(Set<Long> ids) {
    return workers.stream()
        .flatMap(List::stream)
        .filter(event -> event.kind() == Kind.START && ids.contains(event.id()))
        .count();
  }

  /// The most handlers that one worker had at work at once.
  int runningMax() {
    var most = 0;
    for (var worker : workers) {
      var now = 0;
      for (var event : worker) {
        now += step(event);
        most = Math.max(most, now);
      }
    }
    return most;
  }

  private static int step(Event event) {
    return switch (event.kind()) {
      case START -> 1;
      case END -> -1;
      case TOLD -> 0;
    };
  }
}
