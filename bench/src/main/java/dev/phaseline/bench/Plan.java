package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The extent of a run, and its contenders.
///
/// @param rounds how often everyone is measured; 0: the bench's own choice
/// @param items how many items a round has; 0: the bench's own choice
/// @param pending how many timers wait meanwhile; 0: the bench's own choice
/// @param quick whether a glance is enough
/// @param contenders who takes part; empty: the bench's own choice
/// @param progress where to say what is going on
record Plan(
    int rounds,
    int items,
    int pending,
    boolean quick,
    List<Contenders> contenders,
    PrintStream progress) {
  private static final int ROUNDS = 5;
  private static final int ROUNDS_QUICK = 2;

  Plan {
    if (rounds < 0) throw new IllegalArgumentException("rounds < 0: " + rounds);
    if (items < 0) throw new IllegalArgumentException("items < 0: " + items);
    if (pending < 0) throw new IllegalArgumentException("pending < 0: " + pending);
    contenders = List.copyOf(contenders);
  }

  /// The number of rounds to measure.
  int roundsToRun() {
    if (rounds > 0) return rounds;
    return quick ? ROUNDS_QUICK : ROUNDS;
  }

  /// The number of items, where a full and a quick run have these.
  int itemsOr(int full, int glance) {
    if (items > 0) return items;
    return quick ? glance : full;
  }

  /// One measurement of a contender; fails as the contender does.
  interface Turn<C, E extends Exception> {
    /// Measures it.
    ///
    /// @param round from 0
    /// @param one what is measured
    /// @param row where its figures are kept
    void take(int round, C one, Row row) throws InterruptedException, E;
  }

  /// Measures everyone once in each round, in turn.
  ///
  /// @param rows everyone, with a row for each
  <C, E extends Exception> void eachRound(Map<C, Row> rows, Turn<C, E> turn)
      throws InterruptedException, E {
    var everyone = List.copyOf(rows.entrySet());
    for (var round = 0; round < roundsToRun(); round++) {
      for (var one : inTurn(everyone, round)) turn.take(round, one.getKey(), one.getValue());
    }
  }

  void say(String format, Object... args) {
    progress.printf(format + "%n", args);
  }

  /// In round 0 ABCD, in round 1 BCDA, ...: nobody always comes first, or after the same one.
  static <T> List<T> inTurn(List<T> all, int round) {
    var out = new ArrayList<T>();
    for (var i = 0; i < all.size(); i++) out.add(all.get(Math.floorMod(round + i, all.size())));
    return out;
  }
}
