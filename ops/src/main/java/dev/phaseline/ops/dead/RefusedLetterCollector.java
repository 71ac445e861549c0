package dev.phaseline.ops.dead;

import java.util.ArrayList;
import java.util.List;

/// Collects refusals in bounded memory. For one thread.
final class RefusedLetterCollector {
  private final List<RefusedLetter> first = new ArrayList<>();
  private long count;

  void add(LetterId letter, String why) {
    count++;
    if (first.size() < RefusedLetters.FIRST_MAX) first.add(new RefusedLetter(letter, why));
  }

  long count() {
    return count;
  }

  RefusedLetters toRefusals() {
    return new RefusedLetters(count, first);
  }
}
