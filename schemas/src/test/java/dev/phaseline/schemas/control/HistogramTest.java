package dev.phaseline.schemas.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class HistogramTest {
  private static Histogram of(long... values) {
    var counts = new long[Histogram.BUCKETS];
    for (var value : values) counts[Histogram.bucket(value)]++;
    return Histogram.of(counts);
  }

  /// A few that were worked out by hand: eight steps from 8 to 15, eight from 16 to 31.
  @Test
  void bucketsGetCoarserWithSize() {
    assertThat(Histogram.bucket(-1)).isZero();
    assertThat(Histogram.bucket(0)).isZero();
    assertThat(Histogram.bucket(7)).isEqualTo(7);
    assertThat(Histogram.bucket(8)).isEqualTo(8);
    assertThat(Histogram.bucket(15)).isEqualTo(15);
    assertThat(Histogram.bucket(16)).isEqualTo(16).isEqualTo(Histogram.bucket(17));
    assertThat(Histogram.upper(16)).isEqualTo(17);
    assertThat(Histogram.bucket(1_000)).isEqualTo(63); // 960 to 1,023
    assertThat(Histogram.upper(63)).isEqualTo(1_023);
    assertThat(Histogram.bucket(Long.MAX_VALUE)).isEqualTo(Histogram.BUCKETS - 1);
  }

  @Test
  void theUpperEndOfABucketIsAtMostAnEighthAboveWhatFellIntoIt() {
    var seed = Long.getLong("phaseline.seed", new Random().nextLong());
    System.out.println("seed " + seed + " (-Dphaseline.seed=" + seed + " repeats it)");
    var random = new Random(seed);
    for (var i = 0; i < 100_000; i++) {
      var value = random.nextLong(1L << 47) >>> random.nextInt(47);
      var upper = Histogram.upper(Histogram.bucket(value));
      assertThat(upper).isBetween(value, value + value / 8);
    }
  }

  @Test
  void percentilesOfSeveralAreThoseOfAllTheirValues() {
    var quick = new long[990];
    Arrays.fill(quick, 5);
    var slow = new long[10];
    Arrays.fill(slow, 100_000);
    var one = of(quick);
    var other = of(slow);
    assertThat(one.plus(other).total()).isEqualTo(1_000);
    assertThat(one.plus(other).atMost(0.5)).hasValue(5);
    assertThat(one.plus(other).atMost(0.99)).hasValue(5); // their mean would say 50,000
    assertThat(one.plus(other).atMost(0.991)).hasValue(Histogram.upper(Histogram.bucket(100_000)));
    assertThat(one.plus(other)).isEqualTo(other.plus(one));
    assertThat(one.plus(other)).hasToString("of 1000, p50 5, p99 5");
    assertThat(one.plus(Histogram.NONE)).isEqualTo(one).isEqualTo(Histogram.NONE.plus(one));
  }

  @Test
  void ofNothingNothingIsSaid() {
    assertThat(Histogram.NONE.atMost(0.5)).isEmpty();
    assertThat(Histogram.of(new long[5])).isEqualTo(Histogram.NONE);
    assertThat(Histogram.NONE.plus(Histogram.NONE).isEmpty()).isTrue();
  }

  @Test
  void whatIsNoHistogramIsRefused() {
    var many = new long[Histogram.BUCKETS + 1];
    many[Histogram.BUCKETS] = 1;
    assertThatThrownBy(() -> Histogram.of(many)).hasMessageContaining("360");
    assertThatThrownBy(() -> Histogram.of(new long[] {1, -2})).hasMessageContaining("-2");
    assertThatThrownBy(() -> of(1).atMost(0)).hasMessageContaining("0.0");
    assertThatThrownBy(() -> of(1).atMost(Double.NaN)).hasMessageContaining("NaN");
  }
}
