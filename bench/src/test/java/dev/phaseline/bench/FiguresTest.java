package dev.phaseline.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FiguresTest {

  @Test
  void medianIsTheMiddleAndOfAnEvenNumberTheMeanOfTheTwoInTheMiddle() {
    assertThat(new Spread(List.of(9.0, 1.0, 5.0)).median()).isEqualTo(5);
    assertThat(new Spread(List.of(9.0, 1.0, 5.0, 7.0)).median()).isEqualTo(6);
    assertThat(new Spread(List.of()).median()).isNaN();
  }

  @Test
  void spreadKeepsTheExtremesAndTheOrderOfTheRounds() {
    var spread = new Spread(List.of(3.0, 1.0, 2.0));

    assertThat(spread.min()).isEqualTo(1);
    assertThat(spread.max()).isEqualTo(3);
    assertThat(spread.values()).containsExactly(3.0, 1.0, 2.0);
  }

  @Test
  void percentilesAreMeasuredValuesByTheNearestRank() {
    var all = new Percentiles(LongStream.rangeClosed(1, 1000).map(i -> 1001 - i).toArray());

    assertThat(all.at(50)).isEqualTo(500);
    assertThat(all.at(99)).isEqualTo(990);
    assertThat(all.at(99.9)).isEqualTo(999);
    assertThat(all.at(100)).isEqualTo(1000);
    assertThat(new Percentiles(new long[] {7}).at(99.9)).isEqualTo(7);
  }

  @Test
  void percentilesOfNothingAreRefused() {
    assertThatThrownBy(() -> new Percentiles(new long[0]).at(50))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void goalIsMetOnItsGoodSideAndOnItsBound() {
    assertThat(Goal.atLeast("x", 1.0, 1.0).met()).isTrue();
    assertThat(Goal.atLeast("x", 1.0, 0.99).met()).isFalse();
    assertThat(Goal.atMost("x", 1.0, 0.99).met()).isTrue();
    assertThat(Goal.atMost("x", 1.0, 1.01).met()).isFalse();
    assertThat(Goal.atMost("x", 1.0, Double.NaN).met()).as("nothing measured").isFalse();
  }

  @Test
  void everyoneComesFirstOnceAndOrderIsKeptOtherwise() {
    var all = List.of("A", "B", "C", "D");

    assertThat(IntStream.range(0, 4).mapToObj(round -> String.join("", Plan.inTurn(all, round))))
        .containsExactly("ABCD", "BCDA", "CDAB", "DABC");
    assertThat(Plan.inTurn(all, -1)).as("the warm-up").containsExactly("D", "A", "B", "C");
  }
}
