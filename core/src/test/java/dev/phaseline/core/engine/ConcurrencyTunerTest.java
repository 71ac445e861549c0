package dev.phaseline.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// The tuner beside a model of what handlers wait for: it serves `capacity` of them at once, the
/// others stand in line. Each handler's time varies; time is simulated.
final class ConcurrencyTunerTest {
  private static final double MILLI = 1e6;
  private static final int MOST = 250;

  private final ConcurrencyTuner tuner = new ConcurrencyTuner(MOST);
  private Random random = new Random(0);
  private double now = 1e9;
  private double baseNanos = 10 * MILLI;
  private double capacity = Double.MAX_VALUE;
  private double spread = 0.3; // of the logarithm
  private int work = Integer.MAX_VALUE; // handlers that have something to do

  private double typicalNanos(int running) {
    return baseNanos * Math.max(1, running / capacity);
  }

  /// Lets the handlers run for so many (simulated) seconds.
  ///
  /// @return how many handlers were done in each of them
  private double run(double seconds) {
    var end = now + seconds * 1e9;
    var done = 0L;
    while (now < end) {
      var running = Math.min(tuner.permits(), work);
      var typical = typicalNanos(running);
      var took = typical * Math.exp(spread * random.nextGaussian());
      tuner.took((long) took);
      done++;
      now += typical * Math.exp(spread * spread / 2) / running;
      tuner.turn((long) now);
    }
    return done / seconds;
  }

  @Property(tries = 10)
  void handlersThatOnlyWaitGetAsManyPermitsAsThereMayBe(@ForAll long seed) {
    random = new Random(seed);
    run(10);
    assertThat(tuner.permits()).as("seed %d", seed).isEqualTo(MOST);
  }

  @Property(tries = 10)
  void whatServesFiftyGetsFiftyAndFewMore(@ForAll long seed) {
    random = new Random(seed);
    capacity = 50;
    run(30);
    for (var i = 0; i < 60; i++) {
      run(1);
      // now and then a quarter of them, for the length of one measurement
      assertThat(tuner.permits()).as("seed %d, second %d", seed, 30 + i).isBetween(10, 80);
    }
    assertThat(run(60)).as("seed %d, of 4,780", seed).isGreaterThan(0.95 * 4_780);
  }

  @Property(tries = 10)
  void twoProcessorsGetFewHandlersWithNothingToWaitFor(@ForAll long seed) {
    random = new Random(seed);
    capacity = 2;
    baseNanos = 2 * MILLI;
    run(60);
    assertThat(tuner.permits()).as("seed %d", seed).isBetween(2, 16);
  }

  @Property(tries = 10)
  void itFollowsWhenMoreCanBeServed(@ForAll long seed) {
    random = new Random(seed);
    capacity = 20;
    run(30);
    assertThat(tuner.permits()).as("seed %d", seed).isLessThan(50);
    capacity = 200;
    run(30);
    assertThat(run(30)).as("seed %d, of 19,120", seed).isGreaterThan(0.9 * 19_120);
  }

  @Property(tries = 10)
  void itFollowsWhenLessCanBeServed(@ForAll long seed) {
    random = new Random(seed);
    capacity = 200;
    run(30);
    capacity = 10;
    run(60);
    assertThat(tuner.permits()).as("seed %d", seed).isLessThan(40);
  }

  @Property(tries = 10)
  void whatBecomesSlowerForAllIsNotTakenForAQueueForEver(@ForAll long seed) {
    random = new Random(seed);
    run(10);
    baseNanos = 40 * MILLI; // another disk; it still serves as many as come
    run(60);
    assertThat(run(30)).as("seed %d, of 5,970", seed).isGreaterThan(0.9 * 5_970);
  }

  @Example
  void aQueueThatIsThereFromTheBeginningIsFoundOut() {
    capacity = 3;
    run(90);
    assertThat(tuner.permits()).isLessThan(16);
  }

  @Example
  void whatLacksWorkKeepsItsPermits() {
    work = 5;
    run(30);
    assertThat(tuner.permits()).isEqualTo(ConcurrencyTuner.FIRST);
  }

  @Example
  void oneHandlerOfAnHourChangesNothing() {
    capacity = 50;
    run(30);
    var before = tuner.permits();
    tuner.took(3_600_000_000_000L);
    run(0.3);
    assertThat(tuner.permits()).isBetween(before / 2, before + 20);
  }

  @Example
  void failuresAndSilenceLeaveItWhereItIs() {
    for (var i = 0; i < 1_000; i++) {
      now += 1e9;
      assertThat(tuner.turn((long) now)).isFalse();
    }
    assertThat(tuner.permits()).isEqualTo(ConcurrencyTuner.FIRST);
  }

  @Example
  void theMostIsTheMost() {
    var small = new ConcurrencyTuner(3);
    assertThat(small.permits()).isEqualTo(3);
    assertThatThrownBy(() -> new ConcurrencyTuner(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
