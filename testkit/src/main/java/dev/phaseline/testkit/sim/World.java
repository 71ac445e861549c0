package dev.phaseline.testkit.sim;

import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/// Virtual time and chance. Nothing happens but events, one after the other; whoever waits plays
/// the events of others meanwhile, so a lane that is in the middle of a transaction sees the group
/// rebalance around it.
final class World {
  private record Event(long at, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event that) {
      var byTime = Long.compare(at, that.at);
      return byTime != 0 ? byTime : Long.compare(order, that.order);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final SplittableRandom random;
  private final Trace trace;
  private final long clockBase;
  private final int eventsMax;
  private long now;
  private long order;
  private int played;

  /// @param clockBase what a lane's clock shows at the start: any number, as `System.nanoTime` has
  /// @param eventsMax a history with more events than that spins
  World(SplittableRandom random, Trace trace, long clockBase, int eventsMax) {
    this.random = random;
    this.trace = trace;
    this.clockBase = clockBase;
    this.eventsMax = eventsMax;
  }

  /// Nanoseconds since the start.
  long now() {
    return now;
  }

  /// The time by a lane's own clock.
  long clock() {
    return clockBase + now;
  }

  int played() {
    return played;
  }

  void at(long time, Runnable action) {
    events.add(new Event(Math.max(now, time), order++, action));
  }

  void after(long nanos, Runnable action) {
    at(now + nanos, action);
  }

  /// Lets time pass until then, or until it is over.
  void waitFor(long until, BooleanSupplier over) {
    while (!over.getAsBoolean()) {
      var next = events.peek();
      if (next == null || next.at() > until) {
        now = Math.max(now, until);
        return;
      }
      events.remove();
      now = Math.max(now, next.at());
      if (++played > eventsMax) {
        throw new Violation("it-drains", "more than " + eventsMax + " events: something spins");
      }
      next.action().run();
    }
  }

  boolean chance(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  double roll() {
    return random.nextDouble();
  }

  /// A number in `[0, bound)`.
  int below(int bound) {
    return random.nextInt(bound);
  }

  /// A number in `[from, to]`.
  long between(long from, long to) {
    return from >= to ? from : random.nextLong(from, to + 1);
  }

  /// Notes what happened; part of the history's identity.
  void note(String what, int lane, int partition, long offset, long number) {
    trace.add(now, what, lane, partition, offset, number);
  }
}
