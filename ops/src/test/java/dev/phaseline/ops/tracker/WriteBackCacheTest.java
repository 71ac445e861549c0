package dev.phaseline.ops.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// What is held back from a store.
final class WriteBackCacheTest {
  private final List<String> written = new ArrayList<>();

  @Test
  void whatChangesOftenIsWrittenOnce() {
    var recent = recent(_ -> false);
    for (var i = 0; i < 5; i++) {
      recent.put(1, "a");
      recent.change(1, "a");
    }
    assertThat(written).isEmpty();
    recent.flush();
    assertThat(written).containsExactly("1a");
    recent.flush();
    assertThat(written).hasSize(1);
  }

  @Test
  void whatIsRemovedIsNotWritten() {
    var recent = recent(_ -> false);
    recent.put(1, "a");
    recent.change(1, "a");
    recent.remove(1);
    recent.flush();
    assertThat(written).isEmpty();
    assertThat(recent.get(1)).isNull();
  }

  @Test
  void whatIsSettledIsForgottenOnceItIsWritten() {
    var recent = recent("end"::equals);
    for (var key = 1; key <= 2; key++) {
      var value = key == 1 ? "end" : "open";
      recent.put(key, value);
      recent.change(key, value);
      assertThat(recent.get(key)).isEqualTo(value);
    }
    recent.flush();
    assertThat(written).containsExactlyInAnyOrder("1end", "2open");
    assertThat(recent.get(1)).isNull();
    assertThat(recent.get(2)).isEqualTo("open");
  }

  private WriteBackCache<Integer, String> recent(Predicate<String> settled) {
    return new WriteBackCache<>(10, (key, value) -> written.add(key + value), settled);
  }

  /// Whatever is forgotten, memory and store together say what was said last.
  @Test
  void nothingThatChangedIsForgottenUnwritten() {
    var seed = Long.getLong("phaseline.seed", new Random().nextLong());
    System.out.println("seed " + seed + " (-Dphaseline.seed=" + seed + " repeats it)");
    var random = new Random(seed);
    for (var max = 1; max < 6; max++) {
      Map<Integer, Integer> store = new HashMap<>();
      Map<Integer, Integer> truth = new HashMap<>();
      var recent = new WriteBackCache<Integer, Integer>(max, store::put, value -> value % 3 == 0);
      for (var step = 0; step < 2_000; step++) {
        var key = random.nextInt(20);
        var known = recent.get(key);
        if (known == null) {
          known = store.get(key);
          if (known != null) recent.put(key, known);
        }
        assertThat(known).as("%d at most, step %d", max, step).isEqualTo(truth.get(key));
        if (random.nextInt(3) == 0) continue;
        recent.put(key, step);
        recent.change(key, step);
        truth.put(key, step);
        if (random.nextInt(10) == 0) recent.flush();
      }
      recent.flush();
      assertThat(store).isEqualTo(truth);
    }
  }
}
