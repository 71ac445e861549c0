package dev.phaseline.ops.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LongSetTest {
  @Test
  void agreesWithTheJdksSet() {
    var seed = new Random().nextLong();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var ours = new LongSet();
    var theirs = new HashSet<Long>();
    for (var i = 0; i < 200_000; i++) {
      var value = random.nextLong(150_000) - 75_000; // zero and many repeats among them
      assertThat(ours.add(value)).as("%d, seed %d", value, seed).isEqualTo(theirs.add(value));
    }
    assertThat(ours.size()).isEqualTo(theirs.size());
  }

  @Test
  void hashesOfAMillionItemsDiffer() {
    var set = new LongSet();
    for (var job = 0; job < 100; job++) {
      for (var child = 0; child < 10_000; child++) {
        var item = new Identity("job-" + job, "/" + child, 0, 0, null, true);
        assertThat(set.add(item.hash())).as(item.item()).isTrue();
      }
    }
  }
}
