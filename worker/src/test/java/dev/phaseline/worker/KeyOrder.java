package dev.phaseline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Watches the handlers of one phase: no two items of a key at once, and each key's in order.
final class KeyOrder {
  private final Map<String, List<Integer>> seen = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> inside = new ConcurrentHashMap<>();
  private final List<String> overlaps = Collections.synchronizedList(new ArrayList<>());

  void enter(String key, int number) {
    if (countOf(key).incrementAndGet() > 1) overlaps.add(key + " at " + number);
    seen.computeIfAbsent(key, _ -> Collections.synchronizedList(new ArrayList<>())).add(number);
  }

  void leave(String key) {
    countOf(key).decrementAndGet();
  }

  private AtomicInteger countOf(String key) {
    return inside.computeIfAbsent(key, _ -> new AtomicInteger());
  }

  void verify(int items) {
    assertThat(overlaps).as("items of one key at once").isEmpty();
    seen.forEach((key, numbers) -> assertThat(numbers).as("order of key " + key).isSorted());
    assertThat(seen.values().stream().mapToInt(List::size).sum()).isEqualTo(items);
  }
}
