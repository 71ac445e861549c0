package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;

/// A contender in one bench.
///
/// @param who the contender
/// @param concurrency handlers at once, where it has such a setting
/// @param share of the items that it gets: a peer that is ten times slower is measured for as long
///   as the others, not ten times as long
record Entrant(Contenders who, int concurrency, double share) {

  static Entrant of(Contenders who, int concurrency) {
    return new Entrant(who, concurrency, 1);
  }

  Entrant withShare(double part) {
    return new Entrant(who, concurrency, part);
  }

  int items(int all) {
    return Math.max(1, (int) Math.round(all * share));
  }
}
