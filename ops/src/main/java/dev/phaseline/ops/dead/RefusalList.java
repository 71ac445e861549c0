package dev.phaseline.ops.dead;

import java.util.ArrayList;
import java.util.List;

/// Collects refusals in bounded memory. For one thread.
final class RefusalList {
  private final List<Refusal> first = new ArrayList<>();
  private long count;

  void add(LetterId letter, String why) {
    count++;
    if (first.size() < Refusals.FIRST_MAX) first.add(new Refusal(letter, why));
  }

  long count() {
    return count;
  }

  Refusals toRefusals() {
    return new Refusals(count, first);
  }
}
